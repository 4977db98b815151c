from datetime import datetime
from zoneinfo import ZoneInfo

# A day on which opinions are taken (the windows of temis/appraisals/tests/factories.py).
DURING_OPINIONS = datetime(2020, 5, 20, 20, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
AFTER_OPINIONS = datetime(2020, 6, 6, 0, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
