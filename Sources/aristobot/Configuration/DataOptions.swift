import ArgumentParser
import Wording

/// Where the program keeps its data, for every command that uses the store.
struct DataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Directory of the private database, its key and the cache (default: ARISTOBOT_HOME, else "
                    + "~/.local/share/aristobot, for root /var/lib/aristobot).",
                fr: "Dossier de la base privée, de sa clé et du cache (par défaut : ARISTOBOT_HOME, sinon "
                    + "~/.local/share/aristobot, pour root /var/lib/aristobot)."),
            valueName: "dir"))
    var dataDir: String?

    func validate() throws {
        guard let dataDir, dataDir.isEmpty else { return }
        throw ArgumentReading.refusal(
            Message("--data-dir is empty: expected a directory", fr: "--data-dir est vide : attendu un dossier"))
    }

    var configuration: Configuration { Configuration(dataDirectory: dataDir) }
}
