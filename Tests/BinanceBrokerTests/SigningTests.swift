import Broker
import Testing
import Wording

@testable import BinanceBroker

@Suite("Signing") struct SigningTests {
    static let secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
    static let key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
    /// The private key of test 1 of RFC 8032, section 7.1, in PKCS#8; no account anywhere has it.
    static let pem = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        -----END PRIVATE KEY-----
        """

    private func hmac() throws -> RequestSigner {
        try RequestSigner(BrokerCredentials(key: Self.key, secret: Secret(Self.secret)))
    }

    private func ed25519(_ pem: String = Self.pem, key: String = Self.key) throws -> RequestSigner {
        try RequestSigner(BrokerCredentials(key: key, secret: Secret(pem)))
    }

    private func order(symbol: String) -> WireParameters {
        var parameters = WireParameters()
        parameters.add("symbol", symbol)
        parameters.add("side", "BUY")
        parameters.add("type", "LIMIT")
        parameters.add("timeInForce", "GTC")
        parameters.add("quantity", "1")
        parameters.add("price", "0.1")
        parameters.add("recvWindow", number: 5000)
        parameters.add("timestamp", number: 1_499_827_319_559)
        return parameters
    }

    @Test func `a REST call is signed as in the venue's example`() throws {
        let query = try hmac().signedQuery(order(symbol: "LTCBTC"))
        #expect(
            query == "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
                + "&timestamp=1499827319559"
                + "&signature=c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71")
    }

    @Test func `a name outside ASCII is percent-encoded before it is signed`() throws {
        let query = try hmac().signedQuery(order(symbol: "\u{FF11}\u{FF12}\u{FF13}\u{FF14}\u{FF15}\u{FF16}"))
        #expect(query.hasPrefix("symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY"))
        #expect(query.hasSuffix("&signature=e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"))
    }

    @Test func `a call of the WebSocket API is signed over its sorted parameters, the key among them`() throws {
        var parameters = WireParameters()
        parameters.add("symbol", "BTCUSDT")
        parameters.add("side", "SELL")
        parameters.add("type", "LIMIT")
        parameters.add("timeInForce", "GTC")
        parameters.add("quantity", "0.01000000")
        parameters.add("price", "52000.00")
        parameters.add("recvWindow", number: 100)
        parameters.add("timestamp", number: 1_645_423_376_532)
        let signed = try hmac().signedParameters(parameters)
        #expect(
            signed.items.last
                == .init(
                    name: "signature", value: "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24",
                    isNumber: false))
    }

    @Test func `the WebSocket API signs names outside ASCII as they are`() {
        var parameters = WireParameters()
        parameters.add("symbol", "\u{FF11}")
        parameters.add("apiKey", "a b")
        #expect(parameters.sortedText == "apiKey=a b&symbol=\u{FF11}")
        #expect(parameters.query == "symbol=%EF%BC%91&apiKey=a%20b")
    }

    @Test func `an Ed25519 key signs in base64, percent-encoded in the query`() throws {
        var parameters = WireParameters()
        for (name, value) in [
            ("symbol", "BTCUSDT"), ("side", "SELL"), ("type", "LIMIT"), ("timeInForce", "GTC"), ("quantity", "1"),
            ("price", "0.2"),
        ] {
            parameters.add(name, value)
        }
        parameters.add("timestamp", number: 1_668_481_559_918)
        parameters.add("recvWindow", number: 5000)
        let expected = "XtZirsmmi0noRzUfkqktvkVfxpkq/WtbLg2UOL3QGYdUBZVlqOBEMuEVw8zioY93N54NcKj9UuAXQEa9zgTDBg=="
        let query = try ed25519().signedQuery(parameters)
        #expect(query.hasSuffix("&signature=" + PercentEncoding.encoded(expected)))
        #expect(query.hasSuffix("TDBg%3D%3D"))
    }

    @Test func `a log-on is signed as the known vector`() throws {
        var parameters = WireParameters()
        parameters.add("timestamp", number: 1_649_729_878_532)
        let signed = try ed25519(key: "4yNzx3yWC5bS6YTwEkSRaC0nRmSQIIStAUOh1b6kqaBrTLIhjCpI5lJH8q8R8WNO")
            .signedParameters(parameters)
        #expect(
            signed.items.last?.value
                == "NBJq5sX1RkU7ta3XDctruMgnrhyBcouMvvPIxxQSCUbVWxhp3ai6W7a0Iip/3nOwmJxkVIv6n20cekYCOa5qAg==")
    }

    @Test func `a private key may carry its public half, or escaped line ends`() throws {
        let withPublicHalf = """
            -----BEGIN PRIVATE KEY-----
            MFECAQEwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9ggSEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIa
            aPcHURo=
            -----END PRIVATE KEY-----
            """
        let expected = try ed25519().signature(of: "x")
        #expect(try ed25519(withPublicHalf).signature(of: "x") == expected)
        #expect(try ed25519(Self.pem.split(separator: "\n").joined(separator: "\\n")).signature(of: "x") == expected)
    }

    @Test(arguments: [
        "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----",
    ])
    func `a private key that cannot be one is refused in words without the key`(pem: String) throws {
        let error = #expect(throws: BrokerError.self) { try ed25519(pem) }
        #expect(error?.code == "unauthorised")
        #expect(error?.message.english.contains("Ed25519") == true)
        #expect(error?.message.english.contains("MC4C") == false)
    }

    @Test(arguments: [("", "secret"), ("key", ""), ("key\n", "secret"), ("key", "two words")])
    func `keys with stray characters are refused before anything is sent`(key: String, secret: String) {
        let error = #expect(throws: BrokerError.self) {
            try RequestSigner(BrokerCredentials(key: key, secret: Secret(secret)))
        }
        #expect(error?.code == "unauthorised")
    }

    @Test func `an object of parameters is JSON, with quotes and control characters escaped`() throws {
        var parameters = WireParameters()
        parameters.add("a", "x\"y\\z\n\u{FF11}")
        parameters.add("timestamp", number: 12)
        let document = try JSONDocument(parameters.jsonObject)
        #expect(document.root["a"]?.text == "x\"y\\z\n\u{FF11}")
        #expect(document.root["timestamp"]?.int64 == 12)
    }
}
