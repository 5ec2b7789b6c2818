"""webserver.config_file of Airflow 2, which MWAA forces, too. Read by Airflow; Flask takes the names in capitals."""

WTF_CSRF_ENABLED = True
WTF_CSRF_TIME_LIMIT = None
# Flask-AppBuilder takes 5 sign-ins in 40 s from one address. Here all come from the sandbox, for whoever has a token.
AUTH_RATE_LIMITED = False
