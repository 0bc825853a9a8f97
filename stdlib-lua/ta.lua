-- ta: the technical indicators of the host, made in a strategy's init and advanced by the host.
return {}
