/// Which steps a database still needs, found out without touching it.
struct MigrationPlan: Sendable {
    /// What the database says it has been through.
    struct Applied: Sendable, Hashable {
        var number: Int
        var name: String
        var checksum: String
    }

    let migrations: [Migration]

    init(_ migrations: [Migration]) {
        precondition(
            zip(migrations, migrations.dropFirst()).allSatisfy { $0.number < $1.number },
            "migrations stand in rising order of their numbers")
        self.migrations = migrations
    }

    /// The steps that are missing, in order. What was applied must be how this program's own list begins.
    func pending(after applied: [Applied]) throws(MigrationError) -> ArraySlice<Migration> {
        let known = migrations.last?.number ?? 0
        if let newest = applied.map(\.number).max(), newest > known {
            throw .databaseIsNewer(database: newest, program: known)
        }
        for (done, migration) in zip(applied, migrations) {
            guard done.number == migration.number else {
                throw .foreignHistory(found: done.number, expected: migration.number)
            }
            guard done.checksum == migration.checksum else {
                throw .changedAfterwards(number: done.number, name: done.name)
            }
        }
        return migrations.dropFirst(applied.count)
    }
}
