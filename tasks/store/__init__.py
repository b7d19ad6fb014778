"""The store: finished Parquet of every stage under a content key, free of prefect."""
