package rt

// Map is what all maps have in common; lowering makes an object type for each map type that begins with it and
// goes on with an array of keys and an array of values, by entry.
//
//	index   open addressing, linear probing: 1 + entry, 0 free, -1 deleted; twice as long as the arrays of entries.
//	        nil while there is room for few entries only: looking at all their hashes is as fast then
//	hashes  by entry: the hash, not negative; -1 if the entry was deleted
//
// Entries are in order of insertion and keep their number until the arrays are full; then deleted ones are squeezed
// out, or everything moves to longer arrays. An iteration outlives that because it remembers sequence numbers,
// which entries never change, instead of entries: seqs holds them, or is nil while they are consecutive. Comparing keys is lowering's
// business: the functions here see hashes only. Finding an entry reads the map and does nothing else, not even
// check an index, so that the JIT may keep what it found until a map changes.
type Map struct {
	count  int // entries alive
	used   int // entries, deleted ones included
	next   int // sequence number of the next insertion
	index  slots
	hashes words
	seqs   words
}

// The items are structs, so that the arrays of maps are types of their own: what a program does to its []int is known not to
// change a map.

type slot struct{ entry int32 }

type word struct{ n int }

//kiln:array
type slots []slot

//kiln:array
type words []word

const (
	minEntries = 4
	// fewEntries is up to how many entries a map has room for without an index.
	fewEntries = 8
)

// HashInt mixes the bits of a number (the finaliser of splitmix64, Steele et al. 2014). Not negative.
//
//kiln:elidable
func HashInt(x int) int {
	u := uint64(x)
	u = (u ^ u>>30) * 0xbf58476d1ce4e5b9
	u = (u ^ u>>27) * 0x94d049bb133111eb
	return int((u ^ u>>31) >> 2)
}

// HashMore combines the hash of a part of a value with that of what is before.
//
//kiln:elidable
func HashMore(h, part int) int { return HashInt(h*31 + part) }

// HashString hashes the bytes (FNV-1a, mixed) and keeps the result in the string. Not negative.
//
//kiln:elidable
func HashString(s string) int {
	if len(s) == 0 {
		return 0
	}
	if h := savedHash(s); h != 0 {
		return h
	}
	u := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		u = (u ^ uint64(byteAt(s, i))) * 1099511628211
	}
	h := HashInt(int(u)) | 1
	saveHash(s, h)
	return h
}

// MapSlot is where to start probing; m has entries.
func MapSlot(m *Map, hash int) int {
	if m.index == nil {
		return 0
	}
	return hash & (slotCount(m.index) - 1)
}

// MapProbe finds the next entry with this hash from a slot on; -1 if there is none. The second result is the slot to go
// on from.
func MapProbe(m *Map, hash, slot int) (entry, next int) {
	index, hashes := m.index, m.hashes
	if index == nil {
		for ; slot < m.used; slot++ {
			if wordAt(hashes, slot) == hash {
				return slot, slot + 1
			}
		}
		return -1, slot
	}
	mask := slotCount(index) - 1
	for {
		i := slotAt(index, slot)
		if i == 0 {
			return -1, slot
		}
		slot = (slot + 1) & mask
		if i > 0 && wordAt(hashes, i-1) == hash {
			return i - 1, slot
		}
	}
}

// MapRoom says whether an entry can be added without growing.
func MapRoom(m *Map) bool { return m.hashes != nil && m.used < len(m.hashes) }

// MapNewCap is how many entries a full map is given: as many as it has room for if a quarter of them were
// deleted, else twice as many.
func MapNewCap(m *Map) int {
	if m.hashes == nil {
		return minEntries
	}
	if m.count <= m.used-m.used/4 && m.count < m.used {
		return len(m.hashes)
	}
	return 2 * len(m.hashes)
}

// MapLive says whether an entry was not deleted.
func MapLive(m *Map, entry int) bool { return m.hashes[entry].n >= 0 }

// MapRebuild makes room for n entries, leaving out the deleted ones; the caller does the same to keys and values.
func MapRebuild(m *Map, n int) {
	var index slots
	if n > fewEntries {
		size := 2 * fewEntries
		for size < 2*n {
			size *= 2
		}
		index = make(slots, size)
	}
	hashes := make(words, n)
	seqs := m.seqs
	if m.count < m.used || seqs != nil {
		seqs = make(words, n)
	}
	to := 0
	for e := 0; e < m.used; e++ {
		h := m.hashes[e].n
		if h < 0 {
			continue
		}
		hashes[to].n = h
		if seqs != nil {
			seqs[to].n = seqOf(m, e)
		}
		if index != nil {
			place(index, h, to)
		}
		to++
	}
	m.index, m.hashes, m.seqs, m.used = index, hashes, seqs, to
}

// seqOf is the sequence number of an entry.
func seqOf(m *Map, entry int) int {
	if m.seqs != nil {
		return m.seqs[entry].n
	}
	return m.next - m.used + entry
}

func place(index slots, hash, entry int) {
	mask := len(index) - 1
	slot := hash & mask
	for index[slot].entry != 0 {
		slot = (slot + 1) & mask
	}
	index[slot].entry = int32(entry + 1)
}

// MapAdd adds an entry; there is room, and the key is not in the map.
func MapAdd(m *Map, hash int) int {
	e := m.used
	m.hashes[e].n = hash
	if m.seqs != nil {
		m.seqs[e].n = m.next
	}
	if m.index != nil {
		place(m.index, hash, e)
	}
	m.next++
	m.used++
	m.count++
	return e
}

// MapDelete removes an entry; the caller clears key and value.
func MapDelete(m *Map, entry int) {
	if m.index != nil {
		mask := len(m.index) - 1
		slot := m.hashes[entry].n & mask
		for int(m.index[slot].entry) != entry+1 {
			slot = (slot + 1) & mask
		}
		m.index[slot].entry = -1
	}
	m.hashes[entry].n = -1
	m.count--
}

// MapClear removes all entries.
func MapClear(m *Map) {
	m.index, m.hashes, m.seqs = nil, nil, nil
	m.count, m.used = 0, 0
}

// MapIter is the first entry whose sequence number is at least pos, -1 if there is none, and the position after it. m may be
// nil.
func MapIter(m *Map, pos int) (entry, next int) {
	if m == nil {
		return -1, pos
	}
	low, high := 0, m.used
	if m.seqs == nil {
		low = pos - (m.next - m.used)
		if low < 0 {
			low = 0
		}
	} else {
		for low < high {
			mid := (low + high) / 2
			if m.seqs[mid].n < pos {
				low = mid + 1
			} else {
				high = mid
			}
		}
	}
	for e := low; e < m.used; e++ {
		if m.hashes[e].n >= 0 {
			return e, seqOf(m, e) + 1
		}
	}
	return -1, pos
}
