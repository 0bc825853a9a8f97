import Foundation
import Postgres
import Storage
import Wording

/// Which database is used and why, and whether it is fit.
struct DatabaseExamination {
    let configuration: Configuration

    var library: Examination.Finding {
        Examination.Finding(name: "libpq", verdict: .fine, detail: PostgresLibrary.version)
    }

    private var name: String { say("database", fr: "base de données") }

    func findings() async -> [Examination.Finding] {
        guard configuration.databaseURL == nil else { return await open(why: "DATABASE_URL") }
        let place = configuration.dataDirectory + "/postgres"
        let programs: PostgresInstallation
        do {
            programs = try await PostgresInstallation.newest(required: PrivateServer.Options().requiredVersion)
        } catch {
            return [finding(.missing, error.message.text(in: Console.language))]
        }
        let installed = Examination.Finding(
            name: "PostgreSQL", verdict: .fine, detail: "\(programs.version), \(programs.directory)")
        guard FileManager.default.fileExists(atPath: place + "/data/PG_VERSION") else {
            return [
                installed,
                finding(
                    .fine,
                    say(
                        "private (DATABASE_URL is not set), made in \(place) when needed",
                        fr: "privée (DATABASE_URL n'est pas définie), créée dans \(place) au besoin")),
            ]
        }
        return [installed]
            + (await open(
                why: say("private, since DATABASE_URL is not set", fr: "privée, car DATABASE_URL n'est pas définie")))
    }

    /// Looks into the database; a private one that is stopped runs for as long as that takes.
    private func open(why: String) async -> [Examination.Finding] {
        do {
            return try await Services.with(configuration, schema: .asItIs) { services in
                let rows = try await services.pool.query("SHOW server_version")
                let version = try rows.first?.text("server_version") ?? "?"
                let state =
                    services.server.map {
                        $0.wasStartedHere
                            ? say(", stopped (started for this look)", fr: ", arrêtée (démarrée pour ce regard)")
                            : say(", running", fr: ", en marche")
                    } ?? ""
                return [
                    finding(.fine, "PostgreSQL \(version), \(services.database) (\(why))\(state)"),
                    await schema(services),
                ] + (await LiveExamination(store: services.store, defaultURL: configuration.binanceURL).findings())
            }
        } catch {
            let reason = (error as? any ExplainedError)?.message.text(in: Console.language) ?? "\(error)"
            return [finding(.missing, "\(reason) (\(why))")]
        }
    }

    private func schema(_ services: Services) async -> Examination.Finding {
        let name = say("schema", fr: "schéma")
        do {
            _ = try await Store.open(services.pool)
            return Examination.Finding(name: name, verdict: .fine, detail: say("up to date", fr: "à jour"))
        } catch {
            let reason = (error as? any ExplainedError)?.message.text(in: Console.language) ?? "\(error)"
            return Examination.Finding(name: name, verdict: .doubtful, detail: reason)
        }
    }

    private func finding(_ verdict: Examination.Verdict, _ detail: String) -> Examination.Finding {
        Examination.Finding(name: name, verdict: verdict, detail: detail)
    }
}
