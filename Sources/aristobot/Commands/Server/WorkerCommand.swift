import ArgumentParser
import Glibc
import Worker

/// `aristobot worker`: a process that strategies run in. Hidden: the engine starts it with a socket as descriptor 3.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: say(
            "Run strategies for an engine; started by it.",
            fr: "Exécute des stratégies pour un moteur ; lancé par lui."),
        shouldDisplay: false)

    private static let socket: Int32 = 3

    func run() throws {
        var state = stat()
        guard fstat(Self.socket, &state) == 0, state.st_mode & S_IFMT == S_IFSOCK else {
            throw CommandFailure(
                .usage, "'aristobot worker' is started by the engine, which talks to it over descriptor 3",
                fr: "« aristobot worker » est lancé par le moteur, qui lui parle par le descripteur 3")
        }
        // Nothing of this program is to run after it: it stands behind walls.
        Glibc.exit(WorkerMain.run(descriptor: Self.socket))
    }
}
