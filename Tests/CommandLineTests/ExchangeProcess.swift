import Foundation
import FoundationNetworking
import Testing

/// `aristobot exchange` on a free port, for one test.
struct ExchangeProcess {
    private struct Told: Decodable {
        let url: String
        let key: String
        let secret: String
        let adminToken: String
    }

    let running: RunningProgram
    let url: String
    let key: String
    let secret: String
    private let adminToken: String

    init(_ program: Program, _ arguments: [String] = ["--price", "BTC/USDT=20000"]) throws {
        running = try program.start(["exchange", "--port", "0", "--json"] + arguments, isHeard: true)
        let line = try #require(running.line())
        let told: Told
        do {
            told = try JSONDecoder().decode(Told.self, from: Data(line.utf8))
        } catch {
            throw Program.Trouble.unexpected(line)
        }
        url = told.url
        key = told.key
        secret = told.secret
        adminToken = told.adminToken
    }

    /// The keys as `broker add` takes them from its environment.
    var keys: [String: String] { ["ARISTOBOT_BROKER_KEY": key, "ARISTOBOT_BROKER_SECRET": secret] }

    /// Asks an admin endpoint, such as `POST faults`.
    func administer(_ path: String, _ body: String) async throws {
        var request = URLRequest(url: try #require(URL(string: "\(url)/admin/\(path)")))
        request.httpMethod = "POST"
        request.setValue(adminToken, forHTTPHeaderField: "X-Admin-Token")
        request.httpBody = Data(body.utf8)
        let (data, response) = try await URLSession.shared.data(for: request)
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        #expect(status == 200, "\(path): \(String(decoding: data, as: UTF8.self))")
    }

    func stop() throws {
        running.interrupt()
        #expect(try running.wait().status == 0)
    }
}
