using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Trainers;

public sealed class WorkspaceTests : IDisposable
{
    private readonly MLContext context = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Fit_goes_on_where_it_was_canceled()
    {
        float[] expected = Fit(options => options.WorkspacePath = null);
        using CancellationTokenSource cancellation = new();
        Assert.Throws<OperationCanceledException>(() =>
            Fit(options =>
            {
                options.CancellationToken = cancellation.Token;
                options.MetricsCallback = epoch => (epoch.Epoch == 3 ? cancellation.Cancel : (Action)(() => { }))();
            })
        );

        List<int> epochs = [];
        Assert.Equal(expected, Fit(options => options.MetricsCallback = epoch => epochs.Add(epoch.Epoch)));
        Assert.Equal([1, 2, 3, 4, 5, 6], epochs);
    }

    [Fact]
    public void Other_images_and_other_options_are_refused()
    {
        Fit(_ => { });
        Refused("number of training rows is 60, now it is 57", _ => { }, rows: 57);
        Refused("mean of the training pixels", _ => { }, seed: 9);
        Refused("LearningRate is 0.03, now it is 0.01", options => options.LearningRate = 0.01f);
        Refused("ValidationSetFraction is none, now it is 0.2", options => options.ValidationSetFraction = 0.2f, rows: 60);
        Refused("layer 'conv1'", options => options.Network = Network.Sequential(new Conv2D(5, kernel: 3)));
        Fit(options => (options.LearningRate, options.Resume) = (0.01f, ResumePolicy.StartOver));
    }

    [Fact]
    public void A_workspace_that_cannot_be_is_refused_before_a_row_is_read()
    {
        File.WriteAllText(folder.PathOf("file"), "");
        CountedView counted = new(TinyImages.View(context), "Features");
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.WorkspacePath = folder.PathOf("file");
        Assert.Throws<CnnCheckpointException>(() => context.MulticlassClassification.Trainers.Cnn(options).Fit(counted));
        Assert.Equal(0, counted.Opened);
    }

    [Fact]
    public void Each_fold_of_a_cross_validation_has_a_folder_of_its_own_and_an_interrupted_one_goes_on()
    {
        const int Folds = 3;
        float[][] expected = CrossValidate(Folds, options => options.WorkspacePath = null);
        using CancellationTokenSource cancellation = new();
        int epochs = 0;
        Assert.Throws<OperationCanceledException>(() =>
            CrossValidate(
                Folds,
                options =>
                {
                    options.WorkspacePath = folder.PathOf("fold-{data}");
                    options.CancellationToken = cancellation.Token;
                    options.MetricsCallback = epoch => (++epochs == options.Epoch + 3 ? cancellation.Cancel : (Action)(() => { }))();
                }
            )
        );
        Assert.Equal(2, Directory.GetDirectories(folder.Path, "fold-*").Length);

        Assert.Equal(expected, CrossValidate(Folds, options => options.WorkspacePath = folder.PathOf("fold-{data}")));
        Assert.Equal(Folds, Directory.GetFiles(folder.Path, "best.zip", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Folds_that_share_a_folder_are_refused_with_what_would_work() =>
        Assert.Contains(
            "'runs/{data}'",
            Assert.Throws<CnnCheckpointException>(() => CrossValidate(2, options => options.Epoch = 1)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Other_options_are_refused_in_the_folder_of_the_same_data()
    {
        Fit(options => options.WorkspacePath = folder.PathOf("{data}"));
        CnnCheckpointException refusal = Assert.Throws<CnnCheckpointException>(() =>
            Fit(options => (options.WorkspacePath, options.LearningRate) = (folder.PathOf("{data}"), 0.01f))
        );
        Assert.Contains("LearningRate is 0.03, now it is 0.01", refusal.Message, StringComparison.Ordinal);
    }

    private float[][] CrossValidate(int folds, Action<CnnMulticlassTrainer.Options> change)
    {
        CnnMulticlassTrainer.Options options = Options(change);
        return
        [
            .. context
                .MulticlassClassification.CrossValidate(
                    TinyImages.View(context),
                    context.MulticlassClassification.Trainers.Cnn(options),
                    folds,
                    seed: 1
                )
                .Select(fold => ((CnnMulticlassPredictionTransformer)fold.Model).Model.Model.GetParameter("output/weight")),
        ];
    }

    private void Refused(string why, Action<CnnMulticlassTrainer.Options> change, int rows = 60, int seed = 1) =>
        Assert.Contains(why, Assert.Throws<CnnCheckpointException>(() => Fit(change, rows, seed)).Message, StringComparison.Ordinal);

    private float[] Fit(Action<CnnMulticlassTrainer.Options> change, int rows = 60, int seed = 1) =>
        context
            .MulticlassClassification.Trainers.Cnn(Options(change))
            .Fit(TinyImages.View(context, rows, seed))
            .Model.Model.GetParameter("output/weight");

    private CnnMulticlassTrainer.Options Options(Action<CnnMulticlassTrainer.Options> change)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.WorkspacePath = folder.Path;
        change(options);
        return options;
    }
}
