"""Lists to be taken along: what is in them, how it is written as a file, and the job that writes a long one."""
