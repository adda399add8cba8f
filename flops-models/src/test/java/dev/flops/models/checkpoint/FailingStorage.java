package dev.flops.models.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The file system until an operation that fails: once, as on a full disk, or with everything after it, as when the process dies. A
 * write that fails has written half of its bytes.
 */
final class FailingStorage implements Storage {
    private final int failing;
    private final boolean forGood;
    private int operations;

    FailingStorage(int failing, boolean forGood) {
        this.failing = failing;
        this.forGood = forGood;
    }

    /** Operations so far. */
    int operations() {
        return operations;
    }

    private boolean fails() {
        int operation = operations++;
        return operation == failing || (forGood && operation > failing);
    }

    private void maybeFail(String what) throws IOException {
        if (fails()) {
            throw new IOException(what + " fails");
        }
    }

    @Override
    public Output create(Path file) throws IOException {
        maybeFail("create");
        return new FailingOutput(Storage.FILES.create(file));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        maybeFail("move");
        Storage.FILES.move(from, to);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        maybeFail("force of the folder");
        Storage.FILES.forceFolder(folder);
    }

    @Override
    public void delete(Path file) throws IOException {
        maybeFail("delete");
        Storage.FILES.delete(file);
    }

    private final class FailingOutput implements Output {
        private final Output inner;

        FailingOutput(Output inner) {
            this.inner = inner;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (fails()) {
                inner.write(bytes.slice(bytes.position(), bytes.remaining() / 2));
                throw new IOException("write fails");
            }
            return inner.write(bytes);
        }

        @Override
        public void force() throws IOException {
            maybeFail("force");
            inner.force();
        }

        @Override
        public boolean isOpen() {
            return inner.isOpen();
        }

        @Override
        public void close() throws IOException {
            inner.close();
            maybeFail("close");
        }
    }
}
