using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Cnn.Tests.Trainers;

public class WarmStartTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void Training_goes_on_where_a_model_stands()
    {
        IDataView images = TinyImages.View(context);
        CnnMulticlassModelParameters first = Trainer(epochs: 12).Fit(images).Model;
        double loss = double.NaN;
        CnnMulticlassTrainer trainer = Trainer(epochs: 1, metrics => loss = metrics.RunningTrainLoss);
        trainer.Fit(images);
        double fromTheBeginning = loss;
        trainer.Fit(images, null, first);
        Assert.InRange(loss, 0, fromTheBeginning / 2);
    }

    [Fact]
    public void Classes_in_another_order_are_matched_by_their_values()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows();
        IDataView sorted = TinyImages.WithKeys(context, rows);
        rows.Reverse();
        IDataView reversed = context.Data.LoadFromEnumerable(rows);
        reversed = context
            .Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence)
            .Fit(reversed)
            .Transform(reversed);

        CnnMulticlassModelParameters first = Trainer(epochs: 6).Fit(sorted).Model;
        Assert.Equal(["left", "middle", "right"], first.ClassNames);
        CnnMulticlassModelParameters second = Trainer(epochs: 1, rate: 1e-12f).Fit(reversed, null, first).Model;
        Assert.Equal(["right", "middle", "left"], second.ClassNames);
        foreach (TinyImages.TextLabelled row in rows)
        {
            float[] before = first.Model.Predict(row.Features);
            float[] after = second.Model.Predict(row.Features);
            Assert.Equal(before[0], after[2], 1e-5f);
            Assert.Equal(before[1], after[1], 1e-5f);
            Assert.Equal(before[2], after[0], 1e-5f);
        }
    }

    [Fact]
    public void The_model_gone_on_from_stays_as_it_is()
    {
        IDataView images = TinyImages.View(context);
        CnnMulticlassModelParameters first = Trainer(epochs: 1).Fit(images).Model;
        float[] before = first.Model.GetParameter("output/weight");
        Trainer(epochs: 2).Fit(images, null, first);
        Assert.Equal(before, first.Model.GetParameter("output/weight"));
    }

    [Fact]
    public void Other_classes_are_refused_with_both_sets()
    {
        CnnMulticlassModelParameters first = Trainer(epochs: 1).Fit(TinyImages.View(context)).Model;
        List<TinyImages.TextLabelled> rows = TinyImages.Rows();
        rows.Where(row => row.Label == "left").ToList().ForEach(row => row.Label = "sideways");
        string message = Refused(TinyImages.WithKeys(context, rows), first);
        Assert.Contains("'left'", message, StringComparison.Ordinal);
        Assert.Contains("'sideways'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_number_of_classes_is_refused()
    {
        CnnMulticlassModelParameters first = Trainer(epochs: 1).Fit(TinyImages.View(context)).Model;
        IDataView two = TinyImages.WithKeys(context, TinyImages.Rows().Where(row => row.Label != "left"));
        Assert.Contains("3 classes", Refused(two, first), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_network_is_refused()
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.Network = Network.Sequential(new Flatten());
        IDataView images = TinyImages.View(context);
        CnnMulticlassModelParameters first = context.MulticlassClassification.Trainers.Cnn(options).Fit(images).Model;
        Assert.Contains(
            "its network is another than the Network of the options: where the network has 'conv1', Conv2D",
            Refused(images, first),
            StringComparison.Ordinal
        );
    }

    private string Refused(IDataView images, CnnMulticlassModelParameters first)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Trainer(epochs: 1).Fit(images, null, first));
        Assert.Equal("modelParameters", exception.ParamName);
        return exception.Message;
    }

    private CnnMulticlassTrainer Trainer(int epochs, Action<CnnTrainingMetrics>? metrics = null, float rate = 0.05f)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        (options.Epoch, options.MetricsCallback, options.LearningRate) = (epochs, metrics, rate);
        options.Optimizer = new Sgd();
        return context.MulticlassClassification.Trainers.Cnn(options);
    }
}
