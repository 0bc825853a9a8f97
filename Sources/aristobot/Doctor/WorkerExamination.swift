import Wording
import Worker

/// What stands around the processes that strategies run in.
struct WorkerExamination {
    /// Starts one, asks it, and ends it.
    func walls() async -> Examination.Finding {
        let name = say("workers", fr: "ouvriers")
        do {
            let walls = try await StrategyProcesses.walls()
            let standing = walls.names.joined(separator: ", ")
            guard !walls.missing.isEmpty else {
                return Examination.Finding(
                    name: name, verdict: .fine, detail: say("all walls stand", fr: "tous les murs tiennent"))
            }
            let missing = walls.missing.joined(separator: ", ")
            return Examination.Finding(
                name: name, verdict: walls.isTight ? .fine : .doubtful,
                detail: say(
                    "walls: \(standing); this system does not allow: \(missing)",
                    fr: "murs : \(standing) ; ce système ne permet pas : \(missing)"))
        } catch {
            let reason = (error as? any ExplainedError)?.message.text(in: Console.language) ?? "\(error)"
            return Examination.Finding(name: name, verdict: .missing, detail: reason)
        }
    }
}
