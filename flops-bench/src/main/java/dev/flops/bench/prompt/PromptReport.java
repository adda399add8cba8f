package dev.flops.bench.prompt;

import dev.flops.bench.report.html.Chart;
import dev.flops.bench.report.html.Gallery;
import dev.flops.bench.report.html.HtmlReport;
import dev.flops.bench.report.html.Picture;
import dev.flops.bench.report.html.Series;
import dev.flops.bench.report.html.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code report.html} of a tuning: the prompt as a picture, digits before and behind it, the curves. */
public final class PromptReport {
    private PromptReport() {}

    /**
     * The report of one tuning.
     *
     * @param result the result
     * @param summary its summary
     * @param digits digits to show, before and behind the prompt
     * @param command the command that made it
     * @return the report
     */
    public static HtmlReport of(PromptResult result, PromptSummary summary, Digits digits, String command) {
        String text = String.format(
                Locale.ROOT,
                "%.2f %% of %,d test digits behind the prompt, %.2f %% without one, after %,d queries of a frozen model: forward"
                        + " passes alone.",
                100 * summary.testAccuracy(),
                summary.testExamples(),
                100 * summary.zeroShotAccuracy(),
                summary.queries());
        Table table = new Table(
                "Run",
                List.of("what", "value"),
                List.of(
                        List.of("prompt", summary.prompt() + ", " + summary.parameters() + " parameters"),
                        List.of("method", summary.method()),
                        List.of("settings", summary.settings()),
                        List.of("queries paid in this run", String.format(Locale.ROOT, "%,d", summary.paid())),
                        List.of("validation accuracy", percent(summary.validationAccuracy())),
                        List.of("SHA-256 of the parameters", summary.parametersSha256())));
        return new HtmlReport(
                summary.task() + ", " + summary.prompt() + ", seed " + summary.seed(),
                text,
                List.of(table),
                galleries(result, digits),
                List.of(new Chart(
                        "Accuracy on the validation digits",
                        "queries",
                        "accuracy",
                        List.of(series("validation", result)))),
                command);
    }

    /** One digit of each class: the picture, the prompted picture, and what the prompt does to blank paper. */
    private static List<Gallery> galleries(PromptResult result, Digits digits) {
        VisualPrompt prompt = result.config().prompt();
        List<Picture> before = new ArrayList<>();
        List<Picture> after = new ArrayList<>();
        float[] prompted = new float[Digits.PIXELS];
        for (int digit = 0; digit < Digits.CLASSES; digit++) {
            int example = first(digits, digit);
            float[] picture = digits.picture(example);
            prompt.apply(result.parameters(), 0, picture, prompted);
            before.add(Picture.grey(String.valueOf(digit), Digits.SIDE, picture, -1, 1));
            after.add(Picture.grey(String.valueOf(digit), Digits.SIDE, prompted, -1, 1));
        }
        // Grey paper can become lighter and darker, white only darker.
        float[] grey = new float[Digits.PIXELS];
        prompt.apply(result.parameters(), 0, grey, prompted);
        Picture added = Picture.grey("grey paper behind the prompt", Digits.SIDE, prompted, -1, 1);
        return List.of(
                new Gallery("The prompt", List.of(added)),
                new Gallery("Digits before", before),
                new Gallery("Digits behind the prompt: what the model sees", after));
    }

    private static int first(Digits digits, int label) {
        for (int i = 0; i < digits.size(); i++) {
            if (digits.label(i) == label) {
                return i;
            }
        }
        throw new IllegalArgumentException("digits has no " + label + ", expected one of each class");
    }

    private static Series series(String name, PromptResult result) {
        return Series.of(
                name,
                result.curve().stream().map(point -> (double) point.queries()).toList(),
                result.curve().stream().map(PromptPoint::validationAccuracy).toList());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
