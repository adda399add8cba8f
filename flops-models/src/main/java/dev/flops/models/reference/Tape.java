package dev.flops.models.reference;

import dev.flops.tensor.network.Activation;
import dev.flops.tensor.network.Operation;
import dev.flops.tensor.network.OperationListener;
import java.util.ArrayList;
import java.util.List;

/** The operations of one forward, in order. */
final class Tape implements OperationListener {
    private final List<Entry> entries = new ArrayList<>();

    /** An operation and what it gave. */
    record Entry(Operation operation, Activation output) {}

    @Override
    public void performed(Operation operation, Activation output) {
        entries.add(new Entry(operation, output));
    }

    List<Entry> entries() {
        return entries;
    }
}
