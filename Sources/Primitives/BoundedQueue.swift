internal import Glibc

/// A first-in-first-out queue of at most `capacity` batches between threads: a mutex and two conditions.
///
/// A hop costs well under a microsecond, which is nothing beside the work on a 1 MiB batch. `push` waits for room
/// (back-pressure is how memory stays bounded); `close` lets readers drain what is there and then answers nil.
public final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var items: [Element] = []
    private var head = 0
    private var closed = false
    private let capacity: Int

    public init(capacity: Int) {
        self.capacity = max(1, capacity)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Waits for room, then appends. False where the queue was closed meanwhile: the element was not taken.
    @discardableResult public func push(_ element: Element) -> Bool {
        pthread_mutex_lock(mutex)
        while items.count - head >= capacity && !closed { pthread_cond_wait(changed, mutex) }
        let taken = !closed
        if taken { items.append(element) }
        // Whoever is woken finds the mutex free.
        pthread_mutex_unlock(mutex)
        pthread_cond_broadcast(changed)
        return taken
    }

    /// Waits for an element; nil once the queue is closed and empty.
    public func pop() -> Element? {
        pthread_mutex_lock(mutex)
        while head == items.count && !closed { pthread_cond_wait(changed, mutex) }
        return takeFirst()
    }

    /// As `pop`, but does not wait; nil then too.
    public func popNow() -> Element? {
        pthread_mutex_lock(mutex)
        return takeFirst()
    }

    /// As `pop`, but waits at most `milliseconds`; nil then too. `isFinished` tells the two nils apart.
    public func pop(waitingMilliseconds milliseconds: Int) -> Element? {
        pthread_mutex_lock(mutex)
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        let nanoseconds = deadline.tv_nsec + (milliseconds % 1000) * 1_000_000
        deadline.tv_sec += milliseconds / 1000 + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        while head == items.count && !closed {
            if pthread_cond_timedwait(changed, mutex, &deadline) != 0 { break }
        }
        return takeFirst()
    }

    /// Closed, and everything in it was taken.
    public var isFinished: Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return closed && head == items.count
    }

    /// Lets go of the mutex, and wakes whoever waits for room.
    private func takeFirst() -> Element? {
        let element = removeFirst()
        pthread_mutex_unlock(mutex)
        if element != nil { pthread_cond_broadcast(changed) }
        return element
    }

    private func removeFirst() -> Element? {
        guard head < items.count else { return nil }
        let element = items[head]
        head += 1
        if head > 64 && head * 2 > items.count {
            items.removeFirst(head)
            head = 0
        }
        return element
    }

    public func close() {
        pthread_mutex_lock(mutex)
        closed = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }
}
