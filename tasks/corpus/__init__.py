"""The finished corpus: the join of all lanes, its export, its card and its plots; free of prefect."""
