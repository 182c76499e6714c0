using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Trainers;

/// <summary>A training goes on with the data that it began with, and refuses others.</summary>
public sealed class ResumedDataTests : IDisposable
{
    private const string TrainingHash = "hash of the training rows";
    private const string ValidationHash = "hash of the validation rows";

    private readonly MLContext context = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Training_rows_in_another_order_are_refused()
    {
        // The same pixels, and as many of each class: nothing but the order tells them apart.
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(30);
        rows[1].Features = rows[0].Features;
        Fit(rows);
        (rows[0].Label, rows[1].Label) = (rows[1].Label, rows[0].Label);
        Refused(TrainingHash, rows);
    }

    [Fact]
    public void Training_rows_of_other_weights_are_refused()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(30);
        Fit(rows, Weighted);
        rows[4].Weight = 2;
        Refused(TrainingHash, rows, Weighted);

        static void Weighted(CnnMulticlassTrainer.Options options) => options.ExampleWeightColumnName = "Weight";
    }

    [Fact]
    public void Other_validation_rows_are_refused()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(30);
        List<TinyImages.TextLabelled> held = TinyImages.Rows(12, seed: 50);
        Fit(rows, Validated(held));
        Refused("its number of validation rows is 12, now it is 11", rows, Validated(held[..11]));
        Refused("its number of validation rows is 12, now it is none", rows);
        List<TinyImages.TextLabelled> others = TinyImages.Rows(12, seed: 50);
        (others[0].Label, others[1].Label) = (others[1].Label, others[0].Label);
        Refused(ValidationHash, rows, Validated(others));
        Fit(rows, Validated(held));
    }

    [Fact]
    public void Other_labels_of_rows_that_were_held_out_are_refused()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows(60);
        Fit(rows, options => options.ValidationSetFraction = 0.3f);
        Refused("validation rows", rows, options => (options.ValidationSetFraction, options.Seed) = (0.3f, 5));
        Fit(rows, options => options.ValidationSetFraction = 0.3f);
    }

    [Fact]
    public void To_tell_validation_rows_apart_their_pixels_are_not_read()
    {
        CountedView held = new(TinyImages.View(context, 12, seed: 50), "Features");
        Fit(
            TinyImages.Rows(30),
            options =>
            {
                options.ValidationSet = held;
                options.Epoch = 2;
            }
        );
        Assert.Equal(2 * 12, held.Read);
    }

    [Theory]
    [InlineData("run", null)]
    [InlineData("run", 0.3f)]
    [InlineData("run-{data}", null)]
    public void Without_a_seed_a_training_goes_on_in_another_process_with_the_one_that_was_drawn(string path, float? held)
    {
        float[] expected = Drawn(contextSeed: 5, options => options.WorkspacePath = null);
        Assert.NotEqual(expected, Drawn(contextSeed: 6, options => options.WorkspacePath = null));
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() =>
            Drawn(
                contextSeed: 5,
                options =>
                {
                    options.CancellationToken = source.Token;
                    options.MetricsCallback = epoch => (epoch.Epoch == 2 ? source.Cancel : (Action)(() => { }))();
                }
            )
        );
        Assert.Equal(expected, Drawn(contextSeed: 6, _ => { }));

        float[] Drawn(int contextSeed, Action<CnnMulticlassTrainer.Options> change)
        {
            MLContext fresh = new(contextSeed);
            CnnMulticlassTrainer.Options options = TinyImages.Options();
            (options.Seed, options.Epoch, options.WorkspacePath) = (null, 4, folder.PathOf(path));
            options.ValidationSetFraction = held;
            change(options);
            return fresh
                .MulticlassClassification.Trainers.Cnn(options)
                .Fit(TinyImages.View(fresh))
                .Model.Model.GetParameter("output/weight");
        }
    }

    private Action<CnnMulticlassTrainer.Options> Validated(List<TinyImages.TextLabelled> rows) =>
        options => options.ValidationSet = TinyImages.WithKeys(context, rows);

    private void Refused(string why, List<TinyImages.TextLabelled> rows, Action<CnnMulticlassTrainer.Options>? change = null) =>
        Assert.Contains(why, Assert.Throws<CnnCheckpointException>(() => Fit(rows, change)).Message, StringComparison.Ordinal);

    private void Fit(List<TinyImages.TextLabelled> rows, Action<CnnMulticlassTrainer.Options>? change = null)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        (options.Epoch, options.WorkspacePath) = (1, folder.Path);
        change?.Invoke(options);
        context.MulticlassClassification.Trainers.Cnn(options).Fit(TinyImages.WithKeys(context, rows));
    }
}
