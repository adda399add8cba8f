import java.util.stream.IntStream;

/** The text of a class, line by line. */
abstract class Source {
    private final StringBuilder out = new StringBuilder();

    String text() {
        return out.toString();
    }

    void text(String text) {
        out.append(text);
    }

    void line(String text) {
        out.append(text).append('\n');
    }

    void each(int rows, int vectors, Statement statement) {
        IntStream.range(0, rows).forEach(r -> IntStream.range(0, vectors).forEach(v -> line(statement.of(r, v))));
    }

    static String times(int factor, String stride) {
        return switch (factor) {
            case 0 -> "";
            case 1 -> " + " + stride;
            default -> " + " + factor + " * " + stride;
        };
    }

    static String plus(int offset) {
        return offset == 0 ? "" : " + " + offset;
    }

    interface Statement {
        String of(int row, int vector);
    }
}
