import Events
import Output
import Primitives
import Testing

@Suite struct StoryTests {
    private func incident() -> Incident {
        let start = Timestamp(nanoseconds: 1_773_280_800_000_000_000)
        var incident = Incident(
            id: ContentID(high: 1, low: 2), rule: "r", title: "SSH log-in after brute force", severity: .critical,
            entity: Entity(kind: "ip", value: "203.0.113.7"), first: start, last: start, count: 213)
        var guess = IncidentAct(
            kind: "guess-login", first: start, last: start.adding(nanoseconds: 240_000_000_000), count: 213)
        (guess.sources, guess.targets, guess.targetCount) = (["203.0.113.7"], ["web-01"], 1)
        (guess.users, guess.userCount, guess.object) = (["deploy", "root"], 37, "SSH")
        var clear = IncidentAct(kind: "log-clear", first: start, last: start, count: 1)
        (clear.targets, clear.targetCount, clear.users, clear.userCount) = (["web-01"], 1, ["deploy"], 1)
        var beacon = IncidentAct(kind: "beacon", first: start, last: start, count: 9)
        (beacon.sources, beacon.targets, beacon.targetCount) = (["10.0.1.10"], ["198.51.100.9"], 1)
        incident.acts = [guess, clear, beacon]
        return incident
    }

    @Test func inEnglish() {
        let story = IncidentStoryText(incident(), .english)
        #expect(
            story.summary
                == "203.0.113.7 failed 212 SSH log-ins to web-01 for 37 users in 4 min, then logged in as deploy, then "
                + "cleared logs on web-01 as deploy, then 10.0.1.10 called 198.51.100.9 again and again.")
        #expect(story.title == "SSH log-in after brute force")
    }

    @Test func inVietnamese() {
        let story = IncidentStoryText(incident(), .vietnamese)
        #expect(
            story.summary
                == "203.0.113.7 đăng nhập SSH sai 212 lần vào web-01 với 37 tài khoản trong 4 phút, sau đó đăng nhập thành "
                + "công bằng tài khoản deploy, rồi xóa nhật ký trên web-01 bằng tài khoản deploy, rồi 10.0.1.10 kết nối "
                + "tới 198.51.100.9 lặp lại đều đặn.")
        #expect(story.title == "Đăng nhập sau khi dò mật khẩu, rồi xóa nhật ký, rồi kết nối điều khiển định kỳ")
    }

    /// What many did to an account is not the act of the first of them.
    @Test func manyAreNotOne() {
        var sprayed = incident()
        sprayed.entity = Entity(kind: "user", value: "lan")
        sprayed.acts = [IncidentAct(kind: "guess", first: sprayed.first, last: sprayed.first, count: 28)]
        sprayed.acts[0].sources = ["198.51.100.1", "198.51.100.2"]
        #expect(IncidentStoryText(sprayed, .english).summary == "198.51.100.1 and others failed 28 log-ins.")
        #expect(
            IncidentStoryText(sprayed, .vietnamese).summary
                == "198.51.100.1 cùng các địa chỉ khác đăng nhập sai 28 lần.")
    }

    @Test func whatWasFetchedIsTold() {
        var drained = incident()
        drained.entity = Entity(kind: "user", value: "agency-api")
        drained.acts = [
            IncidentAct(
                kind: "collection", first: drained.first, last: drained.first.adding(nanoseconds: 900_000_000_000),
                count: 337)
        ]
        #expect(IncidentStoryText(drained, .english).summary == "agency-api fetched data (337 times in 15 min).")
        #expect(IncidentStoryText(drained, .vietnamese).summary == "agency-api lấy dữ liệu (337 lần trong 15 phút).")
        (drained.acts[0].sources, drained.acts[0].users) = (["203.0.113.9"], ["agency-api"])
        #expect(
            IncidentStoryText(drained, .english).summary
                == "203.0.113.9 fetched data as agency-api (337 times in 15 min).")
    }

    @Test func keysAndAccountsAreTold() {
        var taken = incident()
        taken.acts = [
            IncidentAct(kind: "accounts", first: taken.first, last: taken.first, count: 17),
            IncidentAct(kind: "key", first: taken.first, last: taken.first, count: 90),
        ]
        (taken.acts[0].targets, taken.acts[0].targetCount, taken.acts[1].object) = (["mail-01"], 1, "agency-api")
        #expect(
            IncidentStoryText(taken, .english).summary
                == "203.0.113.7 tried which accounts there are on mail-01 (17 times), then used a key or token of "
                + "agency-api from elsewhere.")
        #expect(
            IncidentStoryText(taken, .vietnamese).summary
                == "203.0.113.7 dò tên tài khoản trên mail-01 (17 lần), rồi dùng khóa hoặc mã truy cập của agency-api "
                + "từ nơi khác.")
    }

    @Test func whatIsNotKnownIsLeftOut() {
        var bare = incident()
        bare.acts = [IncidentAct(kind: "guess", first: bare.first, last: bare.first, count: 5)]
        #expect(IncidentStoryText(bare, .english).summary == "203.0.113.7 failed 5 log-ins.")
        bare.acts = []
        #expect(IncidentStoryText(bare, .english).summary == "")
        bare.acts = [IncidentAct(kind: "no such kind", first: bare.first, last: bare.first, count: 2)]
        #expect(IncidentStoryText(bare, .english).summary == "203.0.113.7 showed up 2 times.")
    }

    @Test(arguments: StoryLanguage.allCases) func everyActHasWords(_ language: StoryLanguage) {
        for kind in IncidentStoryText.kinds(.english) {
            #expect(IncidentStoryText.kinds(language).contains(kind), "\(kind)")
        }
        #expect(IncidentStoryText.kinds(language).count == IncidentStoryText.kinds(.english).count)
    }
}
