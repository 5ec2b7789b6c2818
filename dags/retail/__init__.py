"""What the tasks of daily_retail_etl do. Plain Python, so that it is tested without a scheduler."""
