import CCurl
import Wording

/// One request on its way through libcurl. Used by the thread of its `CurlThread` only, callbacks included.
final class CurlTransfer {
    /// What ended a transfer from inside a callback; libcurl then only says that a callback refused.
    private enum Refusal {
        case body, headers, secondSending
    }

    let id: UInt64
    let peer: String
    let handle: UnsafeMutableRawPointer
    private let host: String
    private let options: HTTPClientOptions
    private let request: HTTPRequest
    private let timeout: Duration
    private let continuation: CheckedContinuation<Result<HTTPResponse, HTTPFailure>, Never>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    /// libcurl writes its own words about a failure here.
    private let errorText: UnsafeMutablePointer<CChar>
    private var headers = HeaderFields()
    private var headerBytes = 0
    private var body: [UInt8] = []
    private var refusal: Refusal?
    /// How often libcurl set out to send the request; it may have been sent once this is 1.
    private var sendings = 0

    var mayHaveBeenSent: Bool { sendings > 0 }

    /// Nil when there is no memory for another handle.
    init?(_ start: CurlThread.Start, options: HTTPClientOptions) {
        guard let handle = curl_easy_init() else { return nil }
        id = start.id
        self.handle = handle
        peer = start.address.peer
        host = start.address.host
        self.options = options
        request = start.request
        continuation = start.continuation
        timeout = request.timeout ?? options.timeout
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setBounds()
        setRequest()
        setCallbacks()
        if start.connectOnly { set(CURLOPT_CONNECT_ONLY, 1) }
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    func answer(_ result: Result<HTTPResponse, HTTPFailure>) {
        continuation.resume(returning: result)
    }

    // MARK: Options

    private func set(_ option: CURLoption, _ value: Int) {
        aristobot_curl_set_long(handle, option, value)
    }

    private func set(_ option: CURLoption, _ text: String) {
        // libcurl copies every string it is given.
        text.withCString { _ = aristobot_curl_set_pointer(handle, option, $0) }
    }

    private func setBounds() {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let path = options.extraAuthorities {
            // Takes the place of the system's bundle file; the system's directory of authorities stays.
            set(CURLOPT_CAINFO, path)
        }
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        set(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(options.connectTimeout))
        set(CURLOPT_TIMEOUT_MS, Self.milliseconds(timeout))
        set(CURLOPT_MAXAGE_CONN, max(1, Int(options.maximumIdle.components.seconds)))
        // A thread that still waits for a name server is left behind instead of waited for.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_ACCEPT_ENCODING, "")
        set(CURLOPT_PATH_AS_IS, 1)
    }

    /// At least 1: 0 stands for no bound in libcurl. At most a day.
    private static func milliseconds(_ duration: Duration) -> Int {
        Int(min(max(duration.wholeMilliseconds, 1), 86_400_000))
    }

    private func setRequest() {
        set(CURLOPT_URL, request.address)
        set(CURLOPT_USERAGENT, options.userAgent)
        if request.method == .head { set(CURLOPT_NOBODY, 1) }
        if let body = request.body {
            aristobot_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            // A pointer for an empty body too, since nil means that a callback delivers it.
            (body + [0]).withUnsafeBytes { bytes in
                _ = aristobot_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress)
            }
        }
        if request.method != .head { set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
        for field in request.headers.fields {
            // The semicolon is libcurl's way to send a field without a value.
            let line = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
            appendHeader(line)
        }
        // Neither a pause before the body nor a type that the caller did not name.
        appendHeader("Expect:")
        if request.body != nil, request.headers["content-type"] == nil { appendHeader("Content-Type:") }
        aristobot_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headerList)
    }

    private func appendHeader(_ line: String) {
        // Nil means no memory: the list stays as it was.
        if let longer = curl_slist_append(headerList, line) { headerList = longer }
    }

    private func setCallbacks() {
        let owner = Unmanaged.passUnretained(self).toOpaque()
        aristobot_curl_set_pointer(handle, CURLOPT_PRIVATE, owner)
        aristobot_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        aristobot_curl_set_pointer(handle, CURLOPT_WRITEDATA, owner)
        aristobot_curl_set_sink(handle, CURLOPT_WRITEFUNCTION, takeBody)
        aristobot_curl_set_pointer(handle, CURLOPT_HEADERDATA, owner)
        aristobot_curl_set_sink(handle, CURLOPT_HEADERFUNCTION, takeHeader)
        aristobot_curl_set_pointer(handle, CURLOPT_PREREQDATA, owner)
        aristobot_curl_set_before_request(handle, beforeRequest)
    }

    // MARK: What libcurl reports

    /// Whether the request may go out. libcurl sends a request again by itself when a kept connection closes before
    /// the first byte of a reply, whatever the method: an order would be placed twice. It comes through here each time.
    func maySend() -> Bool {
        if sendings > 0, !request.method.mayBeRepeated {
            refusal = .secondSending
            return false
        }
        sendings += 1
        return true
    }

    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= options.maximumBodyBytes else {
            refusal = .body
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    func appendHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= options.maximumHeaderBytes else {
            refusal = .headers
            return false
        }
        if bytes.starts(with: "HTTP/".utf8) {
            // The status line of the next reply: what came before belonged to an interim one.
            headers = HeaderFields()
            return true
        }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let name = String(decoding: bytes[..<colon], as: UTF8.self)
        headers.add(name, Self.trimmed(bytes[(colon + 1)...]))
        return true
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 13 || $0 == 10 }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }

    // MARK: The end

    func outcome(_ code: CURLcode) -> Result<HTTPResponse, HTTPFailure> {
        guard code == CURLE_OK else { return .failure(failure(code)) }
        let version: HTTPResponse.Version =
            number(CURLINFO_HTTP_VERSION) == Int(CURL_HTTP_VERSION_2_0) ? .http2 : .http1
        return .success(
            HTTPResponse(status: number(CURLINFO_RESPONSE_CODE), headers: headers, body: body, version: version))
    }

    private func failure(_ code: CURLcode) -> HTTPFailure {
        switch (code, refusal) {
        case (_, .body):
            return .bodyTooLarge(peer: peer, limit: options.maximumBodyBytes)
        case (_, .headers):
            return .headersTooLarge(peer: peer, limit: options.maximumHeaderBytes)
        case (_, .secondSending):
            return .connectionLost(peer: peer, Self.closedWithoutReply, sent: true)
        case (CURLE_COULDNT_RESOLVE_HOST, _):
            return .unresolved(host: host)
        case (CURLE_COULDNT_CONNECT, _) where !mayHaveBeenSent:
            return .unreachable(peer: peer, SystemReason.message(Int32(number(CURLINFO_OS_ERRNO))))
        case (CURLE_PEER_FAILED_VERIFICATION, _) where !mayHaveBeenSent:
            return .untrusted(peer: peer, certificateProblem)
        case (CURLE_SSL_CACERT_BADFILE, _) where !mayHaveBeenSent:
            return .badAuthorities(path: options.extraAuthorities ?? "")
        case (CURLE_SSL_CONNECT_ERROR, _) where !mayHaveBeenSent:
            return .secureConnectionFailed(peer: peer, detail: detail(code))
        case (CURLE_OPERATION_TIMEDOUT, _):
            let whole = mayHaveBeenSent || elapsed >= timeout
            return .timedOut(peer: peer, after: whole ? timeout : options.connectTimeout, sent: mayHaveBeenSent)
        case (CURLE_UNSUPPORTED_PROTOCOL, _) where mayHaveBeenSent, (CURLE_WEIRD_SERVER_REPLY, _):
            return .notHTTP(peer: peer)
        case (CURLE_GOT_NOTHING, _):
            return .connectionLost(peer: peer, Self.closedWithoutReply, sent: mayHaveBeenSent)
        case (CURLE_RECV_ERROR, _), (CURLE_SEND_ERROR, _), (CURLE_PARTIAL_FILE, _), (CURLE_HTTP2_STREAM, _),
            (CURLE_HTTP2, _):
            let detail = detail(code)
            return .connectionLost(peer: peer, Message(detail, fr: detail), sent: mayHaveBeenSent)
        default:
            return .other(peer: peer, detail: detail(code), sent: mayHaveBeenSent)
        }
    }

    private static let closedWithoutReply = Message(
        "the server closed it without a reply", fr: "le serveur l'a fermée sans répondre")

    /// libcurl's own words, in English; they name host and cause, never path or headers.
    private func detail(_ code: CURLcode) -> String {
        errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    }

    /// By the numbers of OpenSSL's X509_V_ERR_…. libcurl compares the host's name by itself, after OpenSSL has found
    /// the chain right and before it asks for OpenSSL's result: 1 is what stands there until then.
    private var certificateProblem: CertificateProblem {
        switch number(CURLINFO_SSL_VERIFYRESULT) {
        case 0, 1, 62, 64: .wrongHost
        case 9: .notYetValid
        case 10: .expired
        case 2, 18, 19, 20, 21, 27: .unknownAuthority
        default: .other
        }
    }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        return aristobot_curl_get_long(handle, info, &value) == CURLE_OK ? value : 0
    }

    private var elapsed: Duration {
        var microseconds: curl_off_t = 0
        guard aristobot_curl_get_offset(handle, CURLINFO_TOTAL_TIME_T, &microseconds) == CURLE_OK else { return .zero }
        return .microseconds(microseconds)
    }
}

// Thunks for C. Globals, since a closure written inside an isolated context would check its isolation at each call.

private func transfer(_ owner: UnsafeMutableRawPointer?) -> CurlTransfer? {
    owner.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
}

private let takeBody: aristobot_curl_sink = { bytes, size, count, owner in
    let taken = transfer(owner)?.append(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? false
    return taken ? size * count : 0
}

private let takeHeader: aristobot_curl_sink = { bytes, size, count, owner in
    let taken = transfer(owner)?.appendHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? false
    return taken ? size * count : 0
}

private let beforeRequest: aristobot_curl_before_request = { owner, _, _, _, _ in
    transfer(owner)?.maySend() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}
