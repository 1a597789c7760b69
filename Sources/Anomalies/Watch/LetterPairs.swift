internal import Glibc
package import Primitives

/// How unlike words a name is: the mean surprise of its pairs of neighbouring letters and digits, as a bigram model of
/// ordinary words has it (English, Vietnamese syllables without marks, and names of the Internet's services).
///
/// Names that malware generates (conficker, necurs, cryptolocker and their kin) draw letters at random, so that most of
/// their pairs are rare: Yadav et al., "Detecting Algorithmically Generated Malicious Domain Names", 2010.
package struct LetterPairs: Sendable {
    package static let standard = LetterPairs(LetterPairs.words)

    /// Letters, digits as one, and the border of a word.
    private static let symbols = 28
    private static let border = 27
    /// Surprise in thousandths of a bit, by pair.
    private let surprise: [Int64]

    init(_ words: String) {
        let size = LetterPairs.symbols
        var counts = [Double](repeating: 0, count: size * size)
        for word in words.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            var before = LetterPairs.border
            for byte in word.utf8 {
                guard let symbol = LetterPairs.symbol(byte) else { continue }
                counts[before * size + symbol] += 1
                before = symbol
            }
            counts[before * size + LetterPairs.border] += 1
        }
        var surprise = [Int64](repeating: 0, count: size * size)
        for row in 0..<size {
            // A pair that no word has counts as a quarter of one that a single word has.
            let total = counts[row * size..<(row + 1) * size].reduce(0) { $0 + $1 + 0.25 }
            for column in 0..<size {
                let share = (counts[row * size + column] + 0.25) / total
                surprise[row * size + column] = Int64((-log2(share) * 1000).rounded())
            }
        }
        self.surprise = surprise
    }

    /// Mean over all pairs, in thousandths of a bit; 0 for a text without letters. Ordinary names have 3,000 to 4,200,
    /// letters drawn at random 5,000 to 7,000.
    package func strangeness(_ text: Bytes) -> Int64 {
        var before = LetterPairs.border
        var sum: Int64 = 0
        var pairs: Int64 = 0
        for index in 0..<min(text.count, 63) {
            guard let symbol = LetterPairs.symbol(text.start[index]) else { continue }
            sum += surprise[before * LetterPairs.symbols + symbol]
            pairs += 1
            before = symbol
        }
        return pairs == 0 ? 0 : sum / pairs
    }

    private static func symbol(_ byte: UInt8) -> Int? {
        let lowered = ASCII.lower(byte)
        if lowered >= 0x61, lowered <= 0x7A { return Int(lowered) - 0x61 }
        return ASCII.isDigit(byte) ? 26 : nil
    }

    private static let words = """
        about account action address after again agent air alert all also always analytics and answer any api app
        apple area art asia ask asset auth auto bank base beauty best beta better big bit blog blue board book bot
        box brand bridge browser build business buy cache call camera car card care case cast cat cell center
        central chain chance change channel chart chat check child china city class clean clear click client cloud
        club code coin collect color com community company computer connect contact content control cook core corner
        cost country course cover create credit cross current customer daily data date day deal default deliver
        design desk develop device digital direct discover display doctor domain door down download drive dream drop
        early earth east easy edge education election electric email energy engine english enter event every exam
        exchange expert express face factory family farm fashion fast father feed field file film find fire first
        fish fit flash flow flower fly food foot force forest form forum free fresh friend front fruit full fun
        future game garden gate general get gift girl global gold good google government grand graph great green
        ground group grow guard guide hand happy hard head health heart help high history home hope host hotel house
        how human image inform inside instant insurance inter internet invest island item job join journal just keep
        key kid kind king kitchen know land language large last law lead learn legal letter level library life light
        like line link list little live local log long look love low lucky machine magazine mail main make man
        manage map mark market master match media medical meet member message metro micro middle mind mini mobile
        model modern money monitor month more mother motion mountain move movie music name nation natural nature
        near net network new news next night north note now number object ocean office official online only open
        order organ other over page paint paper parent park part partner party pass pay people perfect person phone
        photo picture place plan planet plant plastic play plus point policy pool popular portal post power premium
        present press price prime print private pro process product profile program project promo property protect
        public push quality queen question quick race radio rain random rate reach read ready real record red region
        register remote rent report research resource rest result review rich right river road rock room root royal
        run safe sale school science score sea search season second secure security select send server service
        session set share shop short show side sign silver simple single site sky sleep small smart smile social
        soft software solar solution song sound source south space special speed sport spring staff stage star start
        state station stay step stock stone stop storage store story stream street strong student studio study style
        success sugar summer sun support sure surface system table tag talk target task team tech telegram tele
        television test text thank theme think ticket time tiny today token tool top total touch tour town track
        trade traffic train transfer travel tree trend trip true trust tube turn type under union unit universe
        update upload urban user vacation value video view village vision visit voice vote wait walk wall warm watch
        water wave way weather web week well west white wide wild win wind window wine winter wish woman wonder wood
        word work world write year yellow yes you young youth zero zone an anh ao bac bach bai ban bao bay ben bien
        binh bo bong buu cac cam can cang cao cap cau chi chinh cho chuc chung chuyen co con cong cua cung cuoc dai
        dam dan dang danh dao dat dau day den di dich diem dien dinh do doan doanh doc doi don dong du duc dung duoc
        duong gia giai giam gian giao gio giong giup ha hai ham han hang hanh hau hien hiep hieu hinh ho hoa hoach
        hoang hoat hoc hoi hom hop hue hung huong huu huyen kem ket khach khai kham khanh khi kho khoa khoan khoi
        khong khu kien kiem kim kinh ky la lai lam lan lang lanh lao lap lich lien lieu linh loai loan loc loi long
        luan luat luc luong luu ly ma mai man mang mat mau may me mien minh mo moi mon mot mua muc mui muon my nam
        nang nay nganh nghe nghi nghia nghiep ngoai ngoc ngon ngu nguoi nguon nguyen nha nhac nhan nhanh nhap nhat
        nhieu nho nhom nhung ninh no noi nong nu nuoc o oi ong phai pham phan phap phat phi phim pho phong phu phuc
        phung phuoc phuong qua quan quang quoc quy quyen quyet ra rau ren rieng rong sach sai sam san sang sao sau
        sinh so son song su sua suc tai tam tan tang tao tap tay te ten thach thai tham than thang thanh thao that
        thay the them theo thi thich thien thiet thieu thinh tho thoi thong thu thuan thuc thue thuy thuoc thuong
        tich tien tiep tiet tieu tim tin tinh to toa toan toi ton tong tot tra trai tram tran trang tranh tri trieu
        trinh tro trong tru truc trung truoc truong truyen tu tuan tung tuoi tuong tuyen tuyet ty uong ut van vang
        vay ve vi vien viet vinh vo voi von vu vua vung vuon xa xac xanh xay xe xem xet xin xoay xong xu xuan xuat
        xung y yen yeu akamai amazon android azure bing bootstrap chrome cloudflare debian docker facebook fastly
        firefox github gmail gstatic hotmail icloud instagram jquery kaspersky linkedin linux messenger microsoft
        mozilla netflix nginx office outlook paypal pinterest prod python reddit samsung skype spotify static stack
        twitter ubuntu whatsapp wikipedia windows wordpress yahoo youtube zalo zoom cdn img ads api www dns ntp vpn
        sso smtp imap ftp ssl baomoi dantri laodong nhandan thanhnien tuoitre tienphong vnexpress vietnamnet
        vietcombank vietinbank agribank techcombank viettel vinaphone mobifone vnpt fpt dichvucong congan bocongan
        botaichinh boyte giaoduc thuvien phapluat kinhdoanh thethao giaitri dulich benhvien truonghoc sotaichinh
        soyte socongthuong ubnd hdnd tinhuy sotttt motcua hoso thutuc chinhphu quochoi
        """
}
