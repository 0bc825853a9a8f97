/// A request that is answered with an error: the HTTP status and the body `{"code":…,"msg":…}`.
struct VenueRefusal: Error, Equatable {
    var status: Int
    var code: Int
    var text: String
    /// Seconds after which the client may come back; sent as `Retry-After`.
    var retryAfter: Int?
    /// JSON that goes into the body as `data`: what each half of a cancel-and-replace came to.
    var data: [UInt8]?

    init(_ code: Int, _ text: String, status: Int = 400, retryAfter: Int? = nil, data: [UInt8]? = nil) {
        self.status = status
        self.code = code
        self.text = text
        self.retryAfter = retryAfter
        self.data = data
    }

    var body: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("code", code)
            writer.field("msg", text)
            if let data { writer.field("data", raw: data) }
        }
    }
}

extension VenueRefusal {
    static let unknownSymbol = VenueRefusal(-1121, "Invalid symbol.")
    static let badSignature = VenueRefusal(-1022, "Signature for this request is not valid.")
    static let keyFormat = VenueRefusal(-2014, "API-key format invalid.", status: 401)
    static let badKey = VenueRefusal(-2015, "Invalid API-key, IP, or permissions for action.", status: 401)
    static let outsideWindow = VenueRefusal(-1021, "Timestamp for this request is outside of the recvWindow.")
    static let aheadOfServer = VenueRefusal(
        -1021, "Timestamp for this request was 1000ms ahead of the server's time.")
    static let statusUnknown = VenueRefusal(
        -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
        status: 504)
    static let badCombination = VenueRefusal(-1128, "Combination of optional parameters invalid.")
    static let noSuchOrder = VenueRefusal(-2013, "Order does not exist.")
    static let unknownOrder = VenueRefusal(-2011, "Unknown order sent.")

    static func missing(_ name: String) -> VenueRefusal {
        VenueRefusal(-1102, "Mandatory parameter '\(name)' was not sent, was empty/null, or malformed.")
    }

    static func empty(_ name: String) -> VenueRefusal {
        VenueRefusal(-1105, "Parameter '\(name)' was empty.")
    }

    static func illegal(_ name: String, range: String) -> VenueRefusal {
        VenueRefusal(-1100, "Illegal characters found in parameter '\(name)'; legal range is '\(range)'.")
    }

    static func duplicate(_ name: String) -> VenueRefusal {
        VenueRefusal(-1101, "Duplicate values for parameter '\(name)'.")
    }

    static func unread(read: Int, sent: Int) -> VenueRefusal {
        VenueRefusal(
            -1104, "Not all sent parameters were read; read '\(read)' parameter(s) but was sent '\(sent)'.")
    }

    static func notRequired(_ name: String) -> VenueRefusal {
        VenueRefusal(-1106, "Parameter '\(name)' sent when not required.")
    }

    static func invalid(_ name: String) -> VenueRefusal {
        VenueRefusal(-1130, "Data sent for parameter '\(name)' is not valid.")
    }
}
