import Market

/// How far the venue's clock is ahead of this machine's.
struct ClockOffset: Sendable, Hashable {
    /// Venue minus machine, in milliseconds.
    var milliseconds: Int64
    /// The true offset lies within this many milliseconds: half the time that the question took.
    var uncertainty: Int64

    /// The venue read its clock somewhere between the sending and the arrival; the middle errs least.
    init(sent: Timestamp, arrived: Timestamp, venue: Timestamp) {
        let trip = max(0, arrived.milliseconds - sent.milliseconds)
        milliseconds = venue.milliseconds - (sent.milliseconds + trip / 2)
        uncertainty = trip - trip / 2
    }

    func venueTime(_ machine: Timestamp) -> Timestamp {
        Timestamp(milliseconds: machine.milliseconds + milliseconds)
    }

    /// The earliest that the venue's clock can show: what is over by then is over for the venue.
    func earliestVenueTime(_ machine: Timestamp) -> Timestamp {
        Timestamp(milliseconds: machine.milliseconds + milliseconds - uncertainty)
    }
}
