import Wording

/// Why a conversation with a worker process ended; the process is killed upon it.
struct WorkerFailure: Error {
    enum Kind {
        /// It could not be started.
        case start
        /// It ended by itself, or was killed from outside.
        case died
        /// It did not answer in time.
        case late
        /// What it said was no answer.
        case lied
        /// Whoever had asked has gone.
        case withdrawn
    }

    let kind: Kind
    let message: Message

    init(_ kind: Kind, _ english: String, fr french: String) {
        self.kind = kind
        message = Message(english, fr: french)
    }

    static func lied(_ error: WireError) -> WorkerFailure {
        WorkerFailure(
            .lied, "the worker's answer is none: \(error.message.english)",
            fr: "la réponse du processus n'en est pas une : \(error.message.french)")
    }

    static let restless = WorkerFailure(
        .lied, "the worker computed though it had been asked nothing",
        fr: "le processus calculait sans qu'on lui ait rien demandé")

    static let withdrawn = WorkerFailure(
        .withdrawn, "the call was given up by its caller", fr: "l'appel a été abandonné par son auteur")

    /// For the caller whose request it was.
    var executorError: ExecutorError {
        switch kind {
        case .start, .withdrawn: .unavailable(message)
        case .died, .late: .died(message)
        case .lied: .protocolBroken(message)
        }
    }
}
