/// One call of the REST service.
struct RESTCall: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    var method: Method
    /// Below `/api/v3`, such as `/order`.
    var path: String
    var parameters: WireParameters
    var isSigned: Bool
    var effect: CallEffect
    /// What the venue counts for it.
    var weight: Int
    /// Orders that it places, of the venue's count of orders.
    var orders: Int
    /// By this machine's clock; later it is not sent. Nil: it waits as long as calls may.
    var leavesBy: Duration?

    private init(
        _ method: Method, _ path: String, _ parameters: WireParameters, isSigned: Bool, effect: CallEffect,
        weight: Int, orders: Int = 0, leavesBy: Duration? = nil
    ) {
        self.method = method
        self.path = path
        self.parameters = parameters
        self.isSigned = isSigned
        self.effect = effect
        self.weight = weight
        self.orders = orders
        self.leavesBy = leavesBy
    }

    /// Public data.
    static func open(_ path: String, _ parameters: WireParameters = WireParameters(), weight: Int) -> RESTCall {
        RESTCall(.get, path, parameters, isSigned: false, effect: .none, weight: weight)
    }

    /// Asks about the account.
    static func asking(_ path: String, _ parameters: WireParameters, weight: Int) -> RESTCall {
        RESTCall(.get, path, parameters, isSigned: true, effect: .none, weight: weight)
    }

    static func placing(_ path: String, _ parameters: WireParameters, orders: Int, by time: Duration) -> RESTCall {
        RESTCall(
            .post, path, parameters, isSigned: true, effect: .changesOrders, weight: 1, orders: orders, leavesBy: time)
    }

    static func cancelling(_ path: String, _ parameters: WireParameters, by time: Duration) -> RESTCall {
        RESTCall(.delete, path, parameters, isSigned: true, effect: .changesOrders, weight: 1, leavesBy: time)
    }
}
