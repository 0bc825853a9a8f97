import Crypto
import Foundation
import Market
import Testing
import Wording

@testable import TestExchange

@Suite("Signatures and receive windows") struct SecurityTests {
    static let secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"

    @Test("HMAC signatures of Binance's documentation are valid in either case, any other is not")
    func checksHMAC() throws {
        let key = try #require(AccountKey(.hmac(Secret(Self.secret))))
        let payload =
            "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
            + "&timestamp=1499827319559"
        let signature = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
        #expect(key.isValid(signature: signature, payload: payload.utf8))
        #expect(key.isValid(signature: signature.uppercased(), payload: payload.utf8))
        #expect(!key.isValid(signature: signature, payload: (payload + "0").utf8))
        #expect(!key.isValid(signature: String(signature.dropLast()), payload: payload.utf8))
        #expect(!key.isValid(signature: "x" + signature.dropFirst(), payload: payload.utf8))
        #expect(!key.isValid(signature: "", payload: payload.utf8))
    }

    @Test("Ed25519 signatures are valid with a public key in PEM and in base64")
    func checksEd25519() throws {
        let seed: [UInt8] = [
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49,
            0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
        ]
        let pair = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        let raw = pair.publicKey.rawRepresentation
        let der = Data([0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]) + raw
        let pem = "-----BEGIN PUBLIC KEY-----\n\(der.base64EncodedString())\n-----END PUBLIC KEY-----\n"
        let payload =
            "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=0.2&timestamp=1668481559918"
            + "&recvWindow=5000"
        let signature = "XtZirsmmi0noRzUfkqktvkVfxpkq/WtbLg2UOL3QGYdUBZVlqOBEMuEVw8zioY93N54NcKj9UuAXQEa9zgTDBg=="
        for text in [pem, raw.base64EncodedString()] {
            let key = try #require(KeyMaterial.ed25519(text: text).flatMap { AccountKey($0) })
            #expect(key.isValid(signature: signature, payload: payload.utf8))
            #expect(!key.isValid(signature: signature, payload: "x".utf8))
            #expect(!key.isValid(signature: "no base64!", payload: payload.utf8))
        }
        #expect(KeyMaterial.ed25519(text: "nonsense") == nil)
    }

    @Test("a request counts until its window ends, and one second ahead of the venue's clock")
    func checksWindows() throws {
        func check(_ parameters: String, server: Int64) throws {
            var parameters = try RequestParameters(query: parameters[...], body: "")
            try ReceiveWindow(&parameters).check(server: server * 1000)
        }
        let time: Int64 = 1_700_000_000_000
        #expect(throws: Never.self) { try check("timestamp=\(time)", server: time + 5000) }
        #expect(throws: VenueRefusal.outsideWindow) { try check("timestamp=\(time)", server: time + 5001) }
        #expect(throws: Never.self) { try check("timestamp=\(time + 999)", server: time) }
        #expect(throws: VenueRefusal.aheadOfServer) { try check("timestamp=\(time + 1000)", server: time) }
        #expect(throws: Never.self) { try check("timestamp=\(time * 1000)&recvWindow=60000", server: time + 60_000) }
        #expect(throws: VenueRefusal.outsideWindow) {
            try check("timestamp=\(time)999&recvWindow=0.5", server: time + 2)
        }
        #expect { try check("timestamp=\(time)&recvWindow=60001", server: time) } throws: {
            ($0 as? VenueRefusal)?.code == -1131
        }
        #expect(throws: VenueRefusal.missing("timestamp")) { try check("recvWindow=5000", server: time) }
        #expect { try check("timestamp=now", server: time) } throws: { ($0 as? VenueRefusal)?.code == -1100 }
    }

    @Test("the signature covers the query and right behind it the body, wherever the signature stands")
    func takesPayload() {
        var request = VenueRequest("POST", "/api/v3/order?symbol=A&side=BUY", body: "quantity=1&signature=abc")
        #expect(request.signedPayload == "symbol=A&side=BUYquantity=1")
        request = VenueRequest("GET", "/api/v3/order?signature=abc&symbol=A")
        #expect(request.signedPayload == "symbol=A")
        request = VenueRequest("GET", "/api/v3/order?symbol=A&signature=abc")
        #expect(request.signedPayload == "symbol=A")
    }

    @Test("what was not percent-encoded is told from what was")
    func seesEncoding() {
        #expect(PercentCoding.isEncoded("symbols=%5B%22A%22%5D&a=b".utf8))
        #expect(!PercentCoding.isEncoded("symbols=[\"A\"]".utf8))
        #expect(!PercentCoding.isEncoded("symbol=币".utf8))
        #expect(PercentCoding.decode("a%20b+c%C3%A9"[...].utf8) == "a b cé")
        #expect(PercentCoding.decode("%4"[...].utf8) == nil)
        #expect(PercentCoding.decode("%ff"[...].utf8) == nil)
    }
}
