using Microsoft.ML;
using Microsoft.ML.Cnn;
using Microsoft.ML.Cnn.Interop;
using Microsoft.ML.Cnn.Serialization;
using Microsoft.ML.Cnn.Transforms;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(CnnMulticlassPredictionTransformer),
    null,
    typeof(SignatureLoadModel),
    "",
    CnnMulticlassPredictionTransformer.LoaderSignature
)]

namespace Microsoft.ML.Cnn;

// A file holds two streams: the model, which CnnModel.Load reads as well, and the columns, which are ML.NET's affair.
public sealed partial class CnnMulticlassPredictionTransformer
{
    internal const string LoaderSignature = "CnnMulticlass";

    private static readonly ModelEntry Entry = new("CNNMULTI", LoaderSignature);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Entry.WriteHeader(ctx);
        ModelEntry.WriteStream(ctx, ModelZip.EntryName, stream => ModelPayload.Write(stream, Model.Model));
        ModelEntry.WriteStream(ctx, TrainedColumns.EntryName, new TrainedColumns(FeatureColumnName, featureType, Model.Labels).Write);
    }

    /// <summary>Called by ML.NET, which finds it through the attribute above.</summary>
    private static CnnMulticlassPredictionTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ArgumentNullException.ThrowIfNull(env);
        Entry.CheckHeader(ctx);
        CnnModel model = ModelPart.Read(ctx, ModelZip.EntryName, ModelPayload.Read);
        TrainedColumns columns = ModelPart.Read(ctx, TrainedColumns.EntryName, TrainedColumns.Read);
        columns.CheckAgainst(model);
        return new CnnMulticlassPredictionTransformer(
            new CnnMulticlassModelParameters(model, columns.Labels),
            columns.Feature,
            columns.FeatureType
        );
    }
}
