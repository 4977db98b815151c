"""What the environment may set: every setting of an installation, with its default for trying TEMIS out."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """Read once at start from variables named TEMIS_…; see docs/how-to/deploy.md."""

    model_config = SettingsConfigDict(env_prefix="TEMIS_", extra="ignore")

    database_url: str = ""
    pooler_url: str = ""  # the same database through a connection pooler; for the web processes alone
    replica_url: str = ""  # one or several copies that dashboards and reports may be read from
    replica_lag_seconds: int = 2  # a copy further behind than this is not read
    data_dir: Path = Path(".temis")
    secret_key: str = ""
    debug: bool = False
    demo: bool = False  # set by `temis demo` for the site it serves: a page with the logins of the made-up people
    https: bool = False
    hosts: str = "127.0.0.1,localhost,[::1]"
    first_code_days: int = 30  # how long a one-time code of the first login is valid
    base_url: str = "http://127.0.0.1:8000"

    # Who is served when many come at once (temis.admission); each web process counts for itself.
    requests_at_once: int = 2  # more only wait for each other: one at a time runs Python
    requests_waiting: int = 32  # those beyond are told to come again
    arrivals_per_second: int = 4  # people who come new, at most; 0 switches the line off
    answer_target_ms: int = 500  # fewer are let in while an answer takes longer than this on average

    storage_dir: Path | None = None
    s3_bucket: str = ""
    s3_endpoint: str = ""
    s3_access_key: str = ""
    s3_secret_key: str = ""
    s3_region: str = "us-east-1"
    s3_presign: bool = False  # downloads come from the store itself, by an address that holds for a minute
    evidence_file_mb: int = 20  # one file of evidence
    evidence_person_mb: int = 500  # all files of one person
    evidence_keep_days: int = 30  # how long content stays in the storage after the last use of it is gone
    clamav: str = ""  # host:port or a socket path; empty means files are not scanned

    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = False
    mail_from: str = "TEMIS <temis@localhost>"
    sms_gateway: str = ""  # dotted path of a gateway class; empty means no SMS

    signing_key: Path | None = None  # PKCS#12 of the Sở
    signing_password: str = ""
    timestamp_url: str = ""
    font_dir: Path | None = None

    test_db: str = ""  # suffix of the test database, so that two runs do not meet
