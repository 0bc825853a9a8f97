import Wording

/// HTTP and HTTPS through libcurl, on one thread of its own, over a pool of kept connections; HTTP/2 where the server
/// offers it over TLS.
///
/// Never sends a request twice unless it only asks (`HTTPRequest.Method.mayBeRepeated`), follows no redirect, uses no
/// proxy and no cookie, checks every certificate. Cancelling the task that waits aborts the transfer. A client that is
/// let go closes itself; `close()` also waits until its thread and its connections are gone.
public final class HTTPClient: Sendable {
    public let options: HTTPClientOptions
    private let thread: CurlThread

    public init(_ options: HTTPClientOptions = HTTPClientOptions()) {
        self.options = options
        thread = CurlThread(options: options)
        thread.start()
    }

    deinit {
        thread.stop()
    }

    /// The reply, whatever its status. `HTTPFailure.requestMayHaveBeenSent` tells whether the server may have acted.
    public func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        try await perform(request, connectOnly: false)
    }

    /// TCP and TLS alone, certificate checked; no byte of HTTP goes out.
    func connect(to address: String) async throws(HTTPFailure) {
        _ = try await perform(HTTPRequest(.get, address), connectOnly: true)
    }

    private func perform(_ request: HTTPRequest, connectOnly: Bool) async throws(HTTPFailure) -> HTTPResponse {
        let address: WebAddress
        do throws(WebAddress.Defect) {
            address = try WebAddress(request.address, schemes: [.http, .https])
        } catch {
            throw .badRequest(error.message)
        }
        if let defect = Self.defect(of: request) { throw .badRequest(defect) }
        // Looked at first, so that what is given up already is surely not sent.
        if Task.isCancelled { throw .cancelled(peer: address.peer, sent: false) }
        let id = thread.reserveID()
        let answer: CurlThread.Answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                thread.submit(
                    CurlThread.Start(
                        id: id, address: address, request: request, connectOnly: connectOnly,
                        continuation: continuation))
                // The handler below may have run before the request was there to be cancelled.
                if Task.isCancelled { thread.cancel(id) }
            }
        } onCancel: {
            thread.cancel(id)
        }
        return try answer.get()
    }

    /// Aborts what is under way (`.closed`) and waits until thread and connections are gone.
    public func close() async {
        thread.stop()
        await thread.waitUntilEnded()
    }

    /// What would let one field forge another, or a body where the method has none.
    private static func defect(of request: HTTPRequest) -> Message? {
        if request.body != nil, request.method == .head {
            return Message("a HEAD request has no body", fr: "une requête HEAD n'a pas de corps")
        }
        for field in request.headers.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
                return Message(
                    "a header field has a name that cannot be sent: expected letters, digits and dashes",
                    fr: "un champ d'en-tête a un nom impossible : attendu des lettres, des chiffres et des tirets")
            }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                return Message(
                    "the header field \(field.name) holds a control character and cannot be sent",
                    fr: "le champ d'en-tête \(field.name) contient un caractère de contrôle et ne peut être envoyé")
            }
        }
        return nil
    }

    /// `tchar` of RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
