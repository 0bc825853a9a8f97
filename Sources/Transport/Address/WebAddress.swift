import CCurl
import Wording

/// An `http`, `https`, `ws` or `wss` address, taken apart by libcurl, so that both clients agree on what it names.
struct WebAddress: Sendable, Hashable {
    enum Scheme: String, Sendable, CaseIterable {
        case http, https, ws, wss

        var isSecure: Bool { self == .https || self == .wss }
    }

    let scheme: Scheme
    /// Without the brackets of an IPv6 address.
    let host: String
    let port: Int
    /// Path and query as they go into the request; never empty.
    let target: String

    /// For messages: no path, no query.
    var peer: String { "\(bracketedHost):\(port)" }

    /// The value of a `Host` field.
    var authority: String {
        port == (scheme.isSecure ? 443 : 80) ? bracketedHost : peer
    }

    private var bracketedHost: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host }

    /// An address that cannot be used, in words that repeat no more of it than its scheme and host.
    struct Defect: Error {
        let message: Message
    }

    static let longest = 16 << 10

    init(_ text: String, schemes: [Scheme]) throws(Defect) {
        let expected = schemes.map(\.rawValue).joined(separator: ", ")
        guard text.utf8.count <= Self.longest else {
            throw Defect(
                message: Message(
                    "the address has \(text.utf8.count) bytes, at most \(Self.longest) are sent",
                    fr: "l'adresse a \(text.utf8.count) octets, \(Self.longest) au plus sont envoyés"))
        }
        // A NUL would cut the text short in C, and other bytes are none of an encoded address.
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Defect(
                message: Message(
                    "the address holds a space, a control character or a letter outside ASCII: percent-encode it",
                    fr: "l'adresse contient une espace, un caractère de contrôle ou une lettre non ASCII : "
                        + "codez-le avec des pourcents"))
        }
        guard let parts = curl_url() else { throw Self.unreadable(expected) }
        defer { curl_url_cleanup(parts) }
        guard curl_url_set(parts, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK else {
            throw Self.unreadable(expected)
        }
        guard let schemeText = Self.part(CURLUPART_SCHEME, of: parts) else { throw Self.unreadable(expected) }
        guard let scheme = Scheme(rawValue: schemeText), schemes.contains(scheme) else {
            throw Defect(
                message: Message(
                    "an address of the kind \"\(schemeText.prefix(20))\" cannot be used here: expected \(expected)",
                    fr: "une adresse du type « \(schemeText.prefix(20)) » ne convient pas ici : attendu \(expected)"))
        }
        guard let host = Self.part(CURLUPART_HOST, of: parts), !host.isEmpty else { throw Self.unreadable(expected) }
        guard Self.part(CURLUPART_USER, of: parts) == nil, Self.part(CURLUPART_PASSWORD, of: parts) == nil else {
            throw Defect(
                message: Message(
                    "the address of \(host) holds a user name: names and passwords do not belong in addresses",
                    fr: "l'adresse de \(host) contient un nom d'utilisateur : ni nom ni mot de passe dans une adresse"))
        }
        self.scheme = scheme
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        port = Self.part(CURLUPART_PORT, of: parts).flatMap { Int($0) } ?? (scheme.isSecure ? 443 : 80)
        let path = Self.part(CURLUPART_PATH, of: parts) ?? "/"
        target = Self.part(CURLUPART_QUERY, of: parts).map { "\(path)?\($0)" } ?? path
    }

    private static func unreadable(_ expected: String) -> Defect {
        Defect(
            message: Message(
                "the address cannot be read: expected one such as https://host:port/path (\(expected))",
                fr: "l'adresse est illisible : attendu par exemple https://hôte:port/chemin (\(expected))"))
    }

    /// Nil where the address has no such part.
    private static func part(_ part: CURLUPart, of parts: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(parts, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
