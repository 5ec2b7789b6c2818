"""What is wrong with the MWAA environment."""

from __future__ import annotations

from unit.broken_configurations.case import Case, case

CASES: tuple[Case, ...] = (
    case(
        "class", "mwaa:\n  environment_class: mw1.smal  #! mwaa.environment_class | 2xlarge | did you mean mw1.small?\n"
    ),
    case("class-is-a-number", "mwaa:\n  environment_class: 1  #! mwaa.environment_class | must be text\n"),
    case("version-is-a-float", 'mwaa:\n  airflow_version: 2.10  #! mwaa.airflow_version | airflow_version: "2.10"\n'),
    case("version-not-offered", 'mwaa:\n  airflow_version: "2.10.5"  #! mwaa.airflow_version | did you mean 2.10.3?\n'),
    case("version-short", 'mwaa:\n  airflow_version: "2.11"  #! mwaa.airflow_version | did you mean 2.11.2? | 3.3.1\n'),
    case("version-word", "mwaa:\n  airflow_version: latest  #! mwaa.airflow_version | 2.10.3\n"),
    case("version-ended", 'mwaa:\n  airflow_version: "2.6.3"  #! mwaa.airflow_version | 2025-12-30 | 2.11.2\n'),
    case("version-removed", "mwaa:\n  airflow_version: null  #! mwaa.airflow_version | is required\n"),
    case("schedulers-too-few", "mwaa:\n  schedulers: 1  #! mwaa.schedulers | mw1.small has 2 to 5 schedulers\n"),
    case("schedulers-too-many", "mwaa:\n  schedulers: 6  #! mwaa.schedulers | 1 to 5\n"),
    case("schedulers-as-text", 'mwaa:\n  schedulers: "2"  #! mwaa.schedulers | whole number | leave out the quotes\n'),
    case("schedulers-as-fraction", "mwaa:\n  schedulers: 2.5  #! mwaa.schedulers | whole number\n"),
    case(
        "micro",
        """
        mwaa:
          environment_class: mw1.micro
          schedulers: 2  #! mwaa.schedulers | mw1.micro has 1 scheduler
          max_workers: 5  #! mwaa.max_workers | mw1.micro has 1 worker
          min_webservers: 2  #! mwaa.min_webservers | mw1.micro has 1 webserver
          max_webservers: 2  #! mwaa.max_webservers | mw1.micro has 1 webserver
        """,
    ),
    case("workers-too-many", "mwaa:\n  max_workers: 26  #! mwaa.max_workers | 1 to 25\n"),
    case("workers-none", "mwaa:\n  min_workers: 0  #! mwaa.min_workers | 1 to 25\n"),
    case("workers-crossed", "mwaa:\n  min_workers: 9  #! mwaa.min_workers | more than max_workers\n  max_workers: 3\n"),
    case(
        "webservers-crossed",
        "mwaa:\n  min_webservers: 4  #! mwaa.min_webservers | max_webservers\n  max_webservers: 3\n",
    ),
    case("webserver-alone", "mwaa:\n  min_webservers: 1  #! mwaa.min_webservers | 2 to 5\n  max_webservers: 2\n"),
    case(
        "access-mode",
        "mwaa:\n  webserver_access_mode: PUBLIC  #! mwaa.webserver_access_mode | PRIVATE_ONLY, PUBLIC_ONLY\n",
    ),
    case(
        "public-and-private",
        "mwaa:\n  webserver_access_mode: PUBLIC_AND_PRIVATE  #! mwaa.webserver_access_mode | 5.100 | 3.2.1\n",
    ),
    case(
        "endpoint-management", "mwaa:\n  endpoint_management: SELF  #! mwaa.endpoint_management | SERVICE, CUSTOMER\n"
    ),
    case(
        "window-day",
        "mwaa:\n  weekly_maintenance_window_start: FUNDAY:03:00  #! mwaa.weekly_maintenance_window_start | MON\n",
    ),
    case(
        "window-hour",
        "mwaa:\n  weekly_maintenance_window_start: SUN:24:00  #! mwaa.weekly_maintenance_window_start | 23:30\n",
    ),
    case(
        "window-half",
        "mwaa:\n  weekly_maintenance_window_start: SUN:3:00  #! mwaa.weekly_maintenance_window_start | two digits\n",
    ),
    case("dag-path-absolute", "mwaa:\n  dag_s3_path: /dags  #! mwaa.dag_s3_path | leave out the leading /\n"),
    case("dag-path-uri", "mwaa:\n  dag_s3_path: s3://bucket/dags  #! mwaa.dag_s3_path | leave out s3://\n"),
    case("dag-path-slash", "mwaa:\n  dag_s3_path: dags/  #! mwaa.dag_s3_path | leave out the trailing /\n"),
    case("log-retention", "mwaa:\n  log_retention_in_days: 100  #! mwaa.log_retention_in_days | 90, 120\n"),
    case(
        "log-level",
        """
        mwaa:
          logging_configuration:
            task_logs: {enabled: true, log_level: WARN}  #! mwaa.logging_configuration.task_logs.log_level | WARNING?
        """,
    ),
    case(
        "log-level-small",
        """
        mwaa:
          logging_configuration:
            task_logs:
              enabled: yes  #! mwaa.logging_configuration.task_logs.enabled | true or false | write true
              log_level: info  #! mwaa.logging_configuration.task_logs.log_level | CRITICAL, ERROR, WARNING, INFO, DEBUG
        """,
    ),
    case(
        "log-without-level",
        """
        mwaa:
          logging_configuration:
            task_logs:  #! mwaa.logging_configuration.task_logs.log_level | is required
              enabled: true
        """,
    ),
    case("options-list", "mwaa:\n  airflow_configuration_options: [a]  #! mwaa.airflow_configuration_options | map\n"),
    case(
        "options",
        """
        mwaa:
          airflow_configuration_options:
            AIRFLOW__CORE__PARALLELISM: "8"  #! ...AIRFLOW__CORE__PARALLELISM | section.option
            Core.parallelism: "8"  #! ...Core.parallelism | small letters
            parallelism: "8"  #! ...parallelism | no section
            core.parallelism: 8  #! ...core.parallelism | core.parallelism: "8"
            core.dags_are_paused_at_creation: true  #! ...core.dags_are_paused_at_creation | quotes
            core.default_timezone: ""  #! ...core.default_timezone | empty
            email.subject_template: "ä"  #! ...email.subject_template | ASCII
        """,
    ),
    case(
        "options-forced",
        """
        mwaa:
          airflow_configuration_options:
            celery.worker_concurrency: "8"  #! ...celery.worker_concurrency | worker_autoscale
            core.executor: LocalExecutor  #! ...core.executor | no effect on MWAA
            core.load_examples: "true"  #! ...core.load_examples | no effect on MWAA
        """,
    ),
    case(
        "options-of-airflow-2",
        """
        mwaa:
          airflow_version: "3.0.6"
          airflow_configuration_options:
            webserver.workers: "4"  #! ...webserver.workers | api.workers
            core.check_slas: "false"  #! ...core.check_slas | removed in Airflow 3
        """,
    ),
)
