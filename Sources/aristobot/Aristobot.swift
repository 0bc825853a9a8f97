import ArgumentParser

@main
struct Aristobot: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "aristobot")
}
