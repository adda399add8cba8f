package dev.flops.alloc.allocate;

/** Positions by the gain of their next sample, largest first, equal gains by position. Positions without gain are not held. */
final class GainHeap {
    private final int[] heap;
    private final double[] gain;
    private int size;

    GainHeap(int positions) {
        this.heap = new int[positions];
        this.gain = new double[positions];
    }

    void clear() {
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds a position that is not held, unless it gains nothing. */
    void offer(int position, double itsGain) {
        if (!(itsGain > 0)) {
            return;
        }
        gain[position] = itsGain;
        int at = size++;
        heap[at] = position;
        while (at > 0 && before(heap[at], heap[(at - 1) / 2])) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    /** The position of the largest gain. */
    int top() {
        return heap[0];
    }

    void removeTop() {
        heap[0] = heap[--size];
        siftDown();
    }

    /** Gives the top another gain, or removes it if that is 0. */
    void replaceTop(double itsGain) {
        if (itsGain > 0) {
            gain[heap[0]] = itsGain;
            siftDown();
        } else {
            removeTop();
        }
    }

    private void siftDown() {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], heap[at])) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private void swap(int a, int b) {
        int position = heap[a];
        heap[a] = heap[b];
        heap[b] = position;
    }

    private boolean before(int a, int b) {
        return gain[a] > gain[b] || (gain[a] == gain[b] && a < b);
    }
}
