import Hummingbird

/// Refuses requests that were meant for another name: a page of the web could otherwise have its own name point at this
/// machine, and read what it must not.
struct OwnHostOnly<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard OwnHost.isOwn(request.head.authority) else {
            return Response(status: .misdirectedRequest, headers: [.contentType: "text/plain"])
        }
        return try await next(request, context)
    }
}

/// The names under which a process of this machine is reached on loopback.
enum OwnHost {
    /// - Parameter authority: a `Host` header's value, with or without a port.
    static func isOwn(_ authority: String?) -> Bool {
        guard let authority else { return false }
        let name = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        return ["127.0.0.1", "localhost", "[::1]"].contains(name.lowercased())
    }
}
