enum PostgresTarget {}
