import CCurl

/// The library that speaks HTTP.
public enum TransportLibrary {
    /// Its release and that of its TLS, such as `7.88.1 (OpenSSL/3.0.17)`.
    public static var version: String {
        guard let information = curl_version_info(CURLVERSION_FIRST) else { return "?" }
        let release = information.pointee.version.map { String(cString: $0) } ?? "?"
        let security = information.pointee.ssl_version.map { String(cString: $0) } ?? "-"
        return "\(release) (\(security))"
    }
}
