"""The failover trial: a primary, its synchronous replica, Patroni, etcd, HAProxy, PgBouncer and TEMIS on one machine.

`benchmarks/failover/run.sh` installs what is missing and runs it. See docs/explanation/failover.md.
"""
