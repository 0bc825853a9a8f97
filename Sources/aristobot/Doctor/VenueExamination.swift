import BinanceBroker
import Broker
import Transport
import Wording

/// Whether a venue can be reached, and how far its clock is from this machine's.
struct VenueExamination {
    let configuration: Configuration

    /// Further off than this, signed calls are refused.
    private static let tolerance: Int64 = 1000

    var library: Examination.Finding {
        Examination.Finding(name: "libcurl", verdict: .fine, detail: TransportLibrary.version)
    }

    /// Asks once and waits for some seconds at most; without a network this is no fault.
    func clockOffset() async -> Examination.Finding {
        let name = say("venue's clock", fr: "horloge de la place")
        do {
            let place = try VenuePlace(isTestnet: false, url: nil, configuration: configuration)
            let offset = try await Venues.with(place, configuration: configuration, patience: .seconds(4)) { broker in
                try await broker.clockOffset()
            }
            let isClose = abs(offset.milliseconds) <= Self.tolerance
            let detail = say(
                "\(place.name): \(offset.milliseconds) ms ahead of this machine's (± \(offset.uncertainty) ms)",
                fr: "\(place.name) : \(offset.milliseconds) ms d'avance sur cette machine (± \(offset.uncertainty) ms)")
            let hint = isClose ? "" : say("; set this machine's clock", fr: " ; réglez l'horloge de cette machine")
            return Examination.Finding(name: name, verdict: isClose ? .fine : .doubtful, detail: detail + hint)
        } catch {
            let reason = (error as? any ExplainedError)?.message.text(in: Console.language) ?? "\(error)"
            return Examination.Finding(name: name, verdict: .doubtful, detail: reason)
        }
    }
}
