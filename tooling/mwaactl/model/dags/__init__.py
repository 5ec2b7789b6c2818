"""Rules for what goes to the bucket: DAG files, requirements, plugins, startup script. Pure: nothing is executed."""
