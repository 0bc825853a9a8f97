import ArgumentParser
import Storage
import Wording

/// `aristobot strategies suspend`: lets a strategy decide nothing for a while.
struct SuspendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: say("Let a strategy decide nothing for a while.", fr: "Suspend les décisions d'une stratégie."),
        discussion: prose(
            "Its position stays, with its stop and target in force.",
            fr: "Sa position reste, son stop et son objectif tiennent."))

    @OptionGroup var which: ActiveArgument
    @OptionGroup var owner: OwnerOptions

    func run() async throws {
        try await Steering.carryOut(.suspend, which.id, owner)
    }
}

/// `aristobot strategies resume`: lets a suspended or failed strategy decide again.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: say("Let a strategy decide again.", fr: "Reprend les décisions d'une stratégie."),
        discussion: prose(
            "From the next candle; those that passed meanwhile are taken in without trading.",
            fr: "Dès la prochaine bougie ; celles passées entre-temps sont lues sans trader."))

    @OptionGroup var which: ActiveArgument
    @OptionGroup var consent: ConsentOption
    @OptionGroup var owner: OwnerOptions

    func run() async throws {
        try await Steering.carryOut(
            .resume, which.id, owner, consent: consent,
            Message("Let it trade again?", fr: "La laisser trader à nouveau ?"))
    }
}
