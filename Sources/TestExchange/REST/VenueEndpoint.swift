/// One thing that clients can ask for, over REST and mostly over the WebSocket API as well.
struct VenueEndpoint {
    enum Security: Equatable {
        case open
        /// The key is named but nothing is signed.
        case keyed
        case signed
        /// Signed by a key that may trade.
        case trade
    }

    typealias Handler = (Venue, inout RequestCall) throws(VenueRefusal) -> Void

    /// Empty for what only the WebSocket API has.
    let method: String
    let path: String
    /// The name in the WebSocket API; empty for what only REST has.
    let socketMethod: String
    let security: Security
    let weight: (RequestParameters) -> Int
    /// How many new orders it counts for.
    let orders: Int
    let handler: Handler

    init(
        _ method: String, _ path: String, socket: String = "", _ security: Security = .open, weight: Int,
        orders: Int = 0, _ handler: @escaping Handler
    ) {
        self.init(method, path, socket: socket, security, weighing: { _ in weight }, orders: orders, handler)
    }

    init(
        _ method: String, _ path: String, socket: String = "", _ security: Security = .open,
        weighing: @escaping (RequestParameters) -> Int, orders: Int = 0, _ handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        socketMethod = socket
        self.security = security
        weight = weighing
        self.orders = orders
        self.handler = handler
    }

    /// How the faults name it.
    var restSubject: String { "\(method) \(path)" }
    var socketSubject: String { "WS \(socketMethod)" }
}
