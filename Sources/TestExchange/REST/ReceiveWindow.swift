import Market

/// When a signed request still counts: `timestamp < server + 1 s && server - timestamp <= recvWindow`.
struct ReceiveWindow: Equatable {
    /// The window where the request names none, and the longest that it may name, in microseconds.
    static let usual: Int64 = 5_000_000
    static let longest: Int64 = 60_000_000

    /// When the request was made, in microseconds since 1970.
    let timestamp: Int64
    /// In microseconds.
    let length: Int64

    /// Reads `timestamp` (milliseconds or microseconds) and `recvWindow` (milliseconds, up to three decimals).
    init(_ parameters: inout RequestParameters) throws(VenueRefusal) {
        let text = try parameters.required("timestamp")
        guard let number = Int64(text), number >= 0, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
            throw .illegal("timestamp", range: "^[0-9]{1,20}$")
        }
        timestamp = WireTime.microseconds(of: number)
        guard let window = try parameters.decimal("recvWindow") else {
            length = Self.usual
            return
        }
        let (micro, finer) = window.units.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard finer == 0 else { throw .illegal("recvWindow", range: #"^([0-9]{1,5})(\.[0-9]{1,3})?$"#) }
        guard micro <= Self.longest else {
            throw VenueRefusal(-1131, "recvWindow must be less than 60000.")
        }
        length = Int64(micro)
    }

    /// - Parameter server: the venue's time in microseconds since 1970.
    func check(server: Int64) throws(VenueRefusal) {
        guard timestamp < server + 1_000_000 else { throw .aheadOfServer }
        guard server - timestamp <= length else { throw .outsideWindow }
    }
}
