import Foundation
import Market
import NIOCore

/// The one place where a venue is reached: the event loop that all its connections live on.
///
/// Every call runs there from beginning to end, so the venue's state changes in whole steps.
struct VenueDesk: Sendable {
    let loop: any EventLoop
    private let bound: NIOLoopBound<Venue>
    private let clock: ExchangeClock

    /// - Parameter wall: the wall clock.
    init(_ options: TestExchangeOptions, on loop: any EventLoop) async throws {
        self.loop = loop
        let wall = Self.wall()
        let clock = options.clock ?? ExchangeClock(start: wall, wallStart: wall, speed: 1)
        self.clock = clock
        bound = try await loop.submit {
            NIOLoopBound(try Venue(options, start: clock.time(wall: wall)), eventLoop: loop)
        }.get()
    }

    /// The venue; to be used on the event loop only.
    var venue: Venue { bound.value }

    /// Runs a step from anywhere.
    func perform<Result: Sendable>(
        _ body: @escaping @Sendable (Venue) throws -> Result
    ) async throws -> Result {
        try await loop.submit { try body(bound.value) }.get()
    }

    /// Lets the venue live up to now; on the event loop only.
    func step() {
        venue.step(to: clock.time(wall: Self.wall()), at: Self.instant())
    }

    /// Sets the exchange's time, without telling the streams yet; on the event loop only.
    func catchUp() {
        venue.core.advance(to: clock.time(wall: Self.wall()))
    }

    private static func wall() -> Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// Milliseconds of a clock that never jumps.
    private static func instant() -> Int64 {
        Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000)
    }
}
