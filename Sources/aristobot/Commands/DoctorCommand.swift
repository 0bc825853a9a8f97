import ArgumentParser
import Wording

/// `aristobot doctor`: whether the machine has what the program needs.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: say("Look whether everything needed is there.", fr: "Regarde si tout le nécessaire est là."),
        discussion: prose(
            """
            Says which database is used and why, and whether the venue's clock agrees.
            Exit code 3 when something that is needed is missing; a warning does not change it.
            """,
            fr: """
                Dit quelle base est utilisée et pourquoi, et si l'horloge de la place concorde.
                Code de sortie 3 quand il manque quelque chose de nécessaire ; un avertissement n'y change rien.
                """))

    @OptionGroup var data: DataOptions

    @Flag(help: ArgumentHelp(say("Ask no venue for its time.", fr: "Ne demande l'heure à aucune place.")))
    var offline = false

    @Flag(help: ArgumentHelp(say("Answer in JSON.", fr: "Répond en JSON.")))
    var json = false

    func run() async throws {
        Interruption.listen()
        let findings = await Examination(configuration: data.configuration, isOffline: offline).findings()
        if json {
            try JSONAnswer.print(findings)
        } else {
            let width = findings.map(\.name.count).max() ?? 0
            for finding in findings {
                let space = String(repeating: " ", count: width - finding.name.count)
                Console.print("\(mark(finding.verdict))  \(finding.name)\(space)  \(finding.detail)")
            }
        }
        let missing = findings.filter { $0.verdict == .missing }.map(\.name)
        guard missing.isEmpty else {
            let names = missing.joined(separator: ", ")
            throw CommandFailure(.environment, "missing: \(names)", fr: "il manque : \(names)")
        }
    }

    private func mark(_ verdict: Examination.Verdict) -> String {
        switch verdict {
        case .fine: Console.styled(say("ok     ", fr: "bien   "), .green)
        case .doubtful: Console.styled(say("warning", fr: "douteux"), .yellow)
        case .missing: Console.styled(say("missing", fr: "manque "), .red)
        }
    }
}
