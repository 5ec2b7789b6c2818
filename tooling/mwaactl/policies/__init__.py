"""Own checks of policy, CKV_MWAA_n.

`rules` holds them by theme (`logs`, `environment`, `role`, `network`, `bucket`, `tags`, `options`, `upkeep`), each a
`Rule` with a judge that knows nothing of checkov; `checks` makes ordinary checkov checks of them and registers them.
Only importing `checks` imports checkov.
"""
