"""The forms of CV 4530 and CV 4529 as PDF, filled in. What stands in them is built in `sheets`, set in `render`."""
