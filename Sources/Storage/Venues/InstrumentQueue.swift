import Broker
import Synchronization

/// Instruments on their way into a COPY, one after the other.
final class InstrumentQueue: Sendable {
    private let instruments: [Instrument]
    private let position = Atomic<Int>(0)

    init(_ instruments: [Instrument]) {
        self.instruments = instruments
    }

    func next() -> Instrument? {
        let index = position.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < instruments.count ? instruments[index] : nil
    }
}
