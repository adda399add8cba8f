package dev.flops.bench.align;

import dev.flops.bench.report.html.Chart;
import dev.flops.bench.report.html.Gallery;
import dev.flops.bench.report.html.HtmlReport;
import dev.flops.bench.report.html.Picture;
import dev.flops.bench.report.html.Series;
import dev.flops.bench.report.html.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code report.html} of an alignment: held-out pictures with the texts that they find, texts with their pictures, the curves. */
public final class AlignReport {
    private static final int PICTURES = 24;
    private static final int TEXTS = 8;
    private static final int NEAREST = 3;
    private static final int NEAREST_PICTURES = 8;
    private static final String RIGHT = "✓ ";

    private AlignReport() {}

    /**
     * The report of some runs; the pictures are those of the first.
     *
     * @param task the task that ran them
     * @param summary their summary
     * @param results the runs
     * @param command the command that made them
     * @return the report
     */
    public static HtmlReport of(AlignTask task, AlignSummary summary, List<AlignResult> results, String command) {
        String text = String.format(
                Locale.ROOT,
                "%s of %d held-out pictures find their own text first, %s among the first ten; by forward passes alone.",
                percent(summary.google().imageToText1()),
                summary.heldOut(),
                percent(summary.google().imageToText10()));
        List<Series> curves = results.stream().map(AlignReport::series).toList();
        return new HtmlReport(
                summary.task(),
                text,
                List.of(table(summary)),
                galleries(task, results.getFirst()),
                List.of(new Chart("Own text among the ten nearest, held-out pictures", "queries", "share", curves)),
                command);
    }

    private static Table table(AlignSummary summary) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("learned style (Google)", summary.google()));
        rows.add(row("other style (Twitter)", summary.twitter()));
        return new Table(
                summary.settings() + ", " + summary.runs().size() + " seeds",
                List.of("style", "image → text R@1", "R@10", "text → image R@1", "R@10", "category"),
                rows);
    }

    private static List<String> row(String style, AlignSummary.Scores scores) {
        return List.of(
                style,
                percent(scores.imageToText1()),
                percent(scores.imageToText10()),
                percent(scores.textToImage1()),
                percent(scores.textToImage10()),
                percent(scores.categoryAccuracy()));
    }

    /**
     * A score as text.
     *
     * @param score the score
     * @return percent, with the half-width of the interval if there is one
     */
    public static String percent(AlignSummary.Score score) {
        String mean = String.format(Locale.ROOT, "%.1f", 100 * score.mean());
        return score.interval() == null
                ? mean + " %"
                : String.format(
                        Locale.ROOT,
                        "%s ± %.1f %%",
                        mean,
                        50 * (score.interval().high() - score.interval().low()));
    }

    private static List<Gallery> galleries(AlignTask task, AlignResult result) {
        Similarities similarities = task.similarities(result);
        List<Integer> heldOut = task.data().split().heldOut();
        List<Emoji> emoji = task.data().emoji();
        EmojiSheet sheet = EmojiSheet.read(EmojiSheet.Style.GOOGLE);
        List<Picture> found = new ArrayList<>();
        for (int at = 0; at < PICTURES; at++) {
            int i = at * heldOut.size() / PICTURES;
            List<String> names = similarities.nearestTexts(i).stream()
                    .limit(NEAREST)
                    .map(j -> (j == i ? RIGHT : "") + emoji.get(heldOut.get(j)).label())
                    .toList();
            found.add(Picture.of(String.join("; ", names), sheet.picture(heldOut.get(i))));
        }
        List<Gallery> galleries = new ArrayList<>();
        galleries.add(new Gallery("Pictures and the three nearest texts, ✓ the picture's own", found));
        for (int at = 0; at < TEXTS; at++) {
            int i = (2 * at + 1) * heldOut.size() / (2 * TEXTS);
            List<Picture> nearest = similarities.nearestPictures(i).stream()
                    .limit(NEAREST_PICTURES)
                    .map(j -> Picture.of(j == i ? "✓" : "", sheet.picture(heldOut.get(j))))
                    .toList();
            galleries.add(new Gallery("“" + emoji.get(heldOut.get(i)).label() + "”: the nearest pictures", nearest));
        }
        return galleries;
    }

    private static Series series(AlignResult result) {
        return Series.of(
                "seed " + result.seed(),
                result.curve().stream().map(point -> (double) point.queries()).toList(),
                result.curve().stream().map(AlignPoint::imageToText10).toList());
    }
}
