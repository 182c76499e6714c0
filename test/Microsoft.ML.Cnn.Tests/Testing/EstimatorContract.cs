using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Tests.Testing;

/// <summary>
/// What ML.NET asks of an estimator and its transformer: what is promised is delivered, annotations included; a saved and reloaded
/// transformer gives the same schema and values; a wrong input is refused by all of their methods alike.
/// </summary>
internal static class EstimatorContract
{
    private static readonly string[] Annotations =
    [
        "KeyValues",
        "SlotNames",
        "TrainingLabelValues",
        "ScoreColumnSetId",
        "ScoreColumnKind",
        "ScoreValueKind",
        "NoSuchAnnotation",
    ];

    /// <param name="context">To save and load with.</param>
    /// <param name="estimator">What is put to the test.</param>
    /// <param name="valid">Data that can be fitted and transformed.</param>
    /// <param name="invalid">Data that can be neither.</param>
    public static void Check(MLContext context, IEstimator<ITransformer> estimator, IDataView valid, params IDataView[] invalid)
    {
        SchemaShape promised = estimator.GetOutputSchema(Shape(valid.Schema));
        foreach (IDataView input in invalid)
        {
            Refuses(() => estimator.GetOutputSchema(Shape(input.Schema)));
            Refuses(() => estimator.Fit(input));
        }

        ITransformer fitted = estimator.Fit(valid);
        ITransformer loaded = SaveAndLoad(context, fitted, valid.Schema, out DataViewSchema savedSchema);
        SameSchemas(valid.Schema, savedSchema);
        foreach (ITransformer transformer in new[] { fitted, loaded })
        {
            Delivers(promised, transformer, valid);
            foreach (IDataView input in invalid)
            {
                Refuses(() => transformer.GetOutputSchema(input.Schema));
                Refuses(() => transformer.Transform(input));
                Refuses(() => transformer.GetRowToRowMapper(input.Schema));
            }
        }

        SameSchemas(fitted.GetOutputSchema(valid.Schema), loaded.GetOutputSchema(valid.Schema));
        Assert.Equal(ViewValues.Read(fitted.Transform(valid)), ViewValues.Read(loaded.Transform(valid)));
    }

    /// <summary>A transformer that went through a zip.</summary>
    public static ITransformer SaveAndLoad(MLContext context, ITransformer transformer, DataViewSchema schema, out DataViewSchema saved)
    {
        using MemoryStream file = new();
        context.Model.Save(transformer, schema, file);
        file.Position = 0;
        return context.Model.Load(file, out saved);
    }

    private static void Delivers(SchemaShape promised, ITransformer transformer, IDataView input)
    {
        DataViewSchema schema = transformer.GetOutputSchema(input.Schema);
        SameSchemas(schema, transformer.Transform(input).Schema);
        SameShapes(promised, Shape(schema));
        Assert.True(transformer.IsRowToRowMapper);
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(input.Schema);
        Assert.Same(input.Schema, mapper.InputSchema);
        SameSchemas(schema, mapper.OutputSchema);
    }

    private static void Refuses(Action action)
    {
        Exception exception = Assert.ThrowsAny<Exception>(action).GetBaseException();
        Assert.True(
            exception is ArgumentOutOfRangeException or InvalidOperationException,
            $"refused with {exception.GetType()}: {exception.Message}"
        );
    }

    private static void SameSchemas(DataViewSchema expected, DataViewSchema actual)
    {
        Assert.Equal(expected.Select(column => column.Name), actual.Select(column => column.Name));
        foreach ((DataViewSchema.Column one, DataViewSchema.Column other) in expected.Zip(actual))
        {
            Assert.Equal(one.Type, other.Type);
            Assert.Equal(one.IsHidden, other.IsHidden);
            foreach (string annotation in Annotations)
            {
                Assert.Equal(ViewValues.Annotation(one, annotation), ViewValues.Annotation(other, annotation));
            }
        }
    }

    private static void SameShapes(SchemaShape promised, SchemaShape delivered)
    {
        Assert.Equal(promised.Select(column => column.Name).Order(), delivered.Select(column => column.Name).Order());
        foreach (SchemaShape.Column one in promised)
        {
            SchemaShape.Column other = delivered.Single(column => column.Name == one.Name);
            Assert.True(IsCompatible(other, one), $"{one.Name} has annotations that were not promised, or another type");
            Assert.True(IsCompatible(one, other), $"{one.Name} lacks annotations that were promised");
        }
    }

    // Both are ML.NET's own measure, and internal to it.
    private static SchemaShape Shape(DataViewSchema schema) => (SchemaShape)Invoke(typeof(SchemaShape), "Create", null, schema);

    private static bool IsCompatible(SchemaShape.Column required, SchemaShape.Column given) =>
        (bool)Invoke(typeof(SchemaShape.Column), "IsCompatibleWith", required, given);

    private static object Invoke(Type type, string method, object? instance, object argument) =>
        type.GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance)!.Invoke(instance, [argument])!;
}
