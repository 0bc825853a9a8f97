/// Finds out why a certificate was refused, where NIOSSL only says that it was: libcurl, with the same authorities,
/// makes a TLS connection, sends nothing over it, and names the reason. Nothing is ever accepted on its word.
enum CertificateDiagnosis {
    static func problem(of address: WebAddress, extraAuthorities: String?) async -> CertificateProblem {
        var options = HTTPClientOptions()
        options.extraAuthorities = extraAuthorities
        options.connectTimeout = .seconds(3)
        options.timeout = .seconds(3)
        let client = HTTPClient(options)
        let problem: CertificateProblem
        do throws(HTTPFailure) {
            try await client.connect(to: "https://\(address.peer)/")
            problem = .other
        } catch {
            if case .untrusted(_, let named) = error { problem = named } else { problem = .other }
        }
        await client.close()
        return problem
    }
}
